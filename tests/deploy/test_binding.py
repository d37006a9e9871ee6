"""The commit is bound at the ask: whatever is pushed meanwhile, at whatever moment, is never deployed for it."""

from dataclasses import replace
from typing import Any

import pytest

from engine.deploy.asks import Action
from engine.deploy.outcome import Refused
from engine.domain.release import Release
from engine.reasons import Reason
from tests.deploy.world import NOW, A, B, C, World, reasons_of, sentence_of, started


def both(said: str, before: str, after: str) -> bool:
    """True when both commits are named."""
    return before[:7] in said and after[:7] in said


def test_a_pull_requests_head_as_bound_is_deployed(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    release = world.start(number=3, head=B, door="comment", asked_at=NOW)
    assert (release.sha, release.ref, release.number_of_pull_request) == (B, "refs/pull/3/head", 3)


def test_a_head_that_we_heard_of_since_refuses_and_names_both(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.commit(C, B, branch="feature")
    world.open_pull_request(3, C)
    refused = world.do(Action.DEPLOY, number=3, head=B, door="comment", asked_at=NOW)
    assert reasons_of(refused) == [Reason.HEAD_MOVED]
    assert both(sentence_of(refused), B, C)


def test_a_head_that_only_github_knows_of_refuses_and_names_both(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.commit(C, B, branch="feature")
    world.open_pull_request(3, B)
    told = world.at_forge.pull_requests[3]
    world.at_forge.pull_requests[3] = type(told)(**{**vars(told), "head_sha": C})
    refused = world.do(Action.DEPLOY, number=3, head=B, door="comment", asked_at=NOW)
    assert reasons_of(refused) == [Reason.HEAD_MOVED] and both(sentence_of(refused), B, C)


def test_a_branch_that_moved_after_the_comment_refuses_and_names_both(world: World) -> None:
    world.push(A, "0" * 40)
    world.now += 10
    world.commit(B)
    world.push(B)
    refused = world.do(Action.DEPLOY, door="comment", asked_at=NOW + 5)
    assert reasons_of(refused) == [Reason.REF_MOVED] and both(sentence_of(refused), A, B)
    assert world.start(door="comment", asked_at=NOW + 11).sha == B


def test_a_branch_that_moved_unheard_refuses_a_comment_once(world: World) -> None:
    world.push(A, "0" * 40)
    world.commit(B)
    refused = world.do(Action.DEPLOY, door="comment", asked_at=NOW + 5)
    assert reasons_of(refused) == [Reason.REF_MOVED] and both(sentence_of(refused), A, B)
    later = world.gathered(world.ask(Action.DEPLOY)).gathered_at + 1
    assert world.start(door="comment", asked_at=later).sha == B


def test_a_branch_that_moved_unheard_is_what_a_door_of_now_means(world: World) -> None:
    world.push(A, "0" * 40)
    world.commit(B)
    assert world.start().sha == B


def test_a_push_between_githubs_answer_and_our_writing_refuses(world: World) -> None:
    world.push(A, "0" * 40)
    ask = world.ask(Action.DEPLOY)
    facts = world.gathered(ask)
    world.now = facts.gathered_at + 1
    world.commit(B)
    world.push(B)
    refused = world.carried_out(ask, facts)
    assert reasons_of(refused) == [Reason.REF_MOVED] and both(sentence_of(refused), A, B)


def test_a_head_that_comes_between_githubs_answer_and_our_writing_refuses(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    ask = world.ask(Action.DEPLOY, number=3, head=B)
    facts = world.gathered(ask)
    world.commit(C, B, branch="feature")
    world.open_pull_request(3, C)
    assert reasons_of(world.carried_out(ask, facts)) == [Reason.HEAD_MOVED]


def test_a_lock_that_comes_between_githubs_answer_and_our_writing_refuses(world: World) -> None:
    world.do(Action.ENV_LIST)
    ask = world.ask(Action.DEPLOY)
    facts = world.gathered(ask)
    world.do(Action.LOCK, login="grace")
    assert reasons_of(world.carried_out(ask, facts)) == [Reason.LOCKED]


def test_a_button_is_its_commits(world: World) -> None:
    world.commit(B)
    refused = world.do(Action.DEPLOY, ref="refs/heads/main", sha=A, door="button")
    assert reasons_of(refused) == [Reason.STALE_BUTTON] and both(sentence_of(refused), A, B)
    assert world.start(ref="refs/heads/main", sha=B, door="button").sha == B


def test_a_page_that_showed_a_commit_deploys_that_one_or_nothing(world: World) -> None:
    world.commit(B)
    assert reasons_of(world.do(Action.DEPLOY, ref="main", sha=A, door="page")) == [Reason.REF_MOVED]


def test_a_commit_named_by_its_id_can_not_move(world: World) -> None:
    world.commit(B)
    world.push(B)
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    release = world.start(A[:10], door="comment", asked_at=NOW - 60)
    assert (release.sha, release.ref) == (A, "")


@pytest.mark.parametrize("number", [4, 5])
def test_a_fork_or_a_closed_pull_request_is_never_deployed(world: World, number: int) -> None:
    world.commit(B, A, branch="feature")
    world.open_pull_request(4, B, fork=True)
    world.open_pull_request(5, B, is_open=False)
    reason = {4: Reason.FORK_NEEDS_APPROVAL, 5: Reason.PULL_REQUEST_CLOSED}[number]
    assert reasons_of(world.do(Action.DEPLOY, number=number, head=B)) == [reason]


def test_main_can_be_deployed_from_any_pull_request(world: World) -> None:
    world.commit(B, A, branch="feature")
    world.open_pull_request(4, B, fork=True)
    release = world.start("main", number=4, head=B)
    assert (release.sha, release.ref, release.number_of_pull_request) == (A, "refs/heads/main", 4)


#: The moments at which a push can land: before each thing that is done, and after the last.
MOMENTS = ("asked", "gathered", "carried out", "approved", "run")


@pytest.mark.parametrize("of_pull_request", [True, False])
@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("moment", MOMENTS)
def test_at_whichever_moment_a_push_lands_it_is_never_deployed_unseen(
    world: World, moment: str, heard: bool, of_pull_request: bool
) -> None:
    race = Race(world, moment, heard=heard, of_pull_request=of_pull_request)
    race.run()
    assert C not in {each.sha for each in race.made()}
    assert race.refused or race.ended


class Race:
    """Asked for at one commit, approved by grace; bob pushes C at one of the moments, and its news come or get lost."""

    def __init__(self, world: World, moment: str, *, heard: bool, of_pull_request: bool) -> None:
        self.world, self.moment, self.heard, self.of_pull_request = world, moment, heard, of_pull_request
        self.refused = self.ended = False
        world.write_project(b"environments: {production: {approvals: 1}}\n")
        world.push(A, "0" * 40)
        world.commit(B, A, branch="feature")
        world.open_pull_request(3, B)

    def made(self) -> list[Release]:
        """The releases that came of it."""
        return self.world.releases("production")

    def at(self, moment: str) -> None:
        """The push lands, if this is its moment."""
        if moment != self.moment:
            return
        world = self.world
        world.now += 10
        if not self.of_pull_request:
            world.commit(C)
            if self.heard:
                world.push(C)
            return
        world.commit(C, B, branch="feature")
        told = world.at_forge.pull_requests[3]
        world.at_forge.pull_requests[3] = replace(told, head_sha=C)
        if self.heard:
            world.open_pull_request(3, C)
            world.hear_of_head(3, C)

    def run(self) -> None:
        """All of it, from the comment to the job."""
        world = self.world
        more: dict[str, Any] = {"number": 3, "head": B} if self.of_pull_request else {}
        ask = world.ask(Action.DEPLOY, door="comment", asked_at=NOW + 5, **more)
        self.at("asked")
        facts = world.gathered(ask)
        self.at("gathered")
        outcome = world.carried_out(ask, facts)
        self.at("carried out")
        self.refused = isinstance(outcome, Refused)
        if self.refused:
            assert reasons_of(outcome)[0] in (Reason.REF_MOVED, Reason.HEAD_MOVED)
            return
        release = world.release(started(outcome))
        assert release.sha == (B if self.of_pull_request else A)
        self.at("approved")
        world.do(Action.APPROVE, login="grace", release=release.id)
        self.at("run")
        self.ended = world.why_not(release) is not None


def test_without_a_push_the_very_same_goes_on(ordered: World) -> None:
    ordered.write_project(b"environments: {production: {approvals: 1}}\n")
    ordered.push(A, "0" * 40)
    release = ordered.release(started(ordered.do(Action.DEPLOY, door="comment", asked_at=NOW + 5)))
    ordered.do(Action.APPROVE, login="grace", release=release.id)
    assert ordered.why_not(release) is None
