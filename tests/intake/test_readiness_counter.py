"""`/readiness` and `/fix` through doors that stand in no pull request."""

import time
from dataclasses import replace

import pytest

from engine.domain.inspection import InspectionState
from engine.domain.job import JobKind
from engine.errors import Unreachable
from engine.reasons import Reason
from engine.store import asks, inspections, jobs, repositories
from engine.store.asks import Ask
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, SHA_C
from tests.intake.deploying import push, push_branch
from tests.intake.looking import HEAD, ended, looked, seen_of
from tests.intake.test_counter import SHOP, said, say, stored
from tests.intake.world import World

MAIN = "refs/heads/main"


@pytest.fixture
def shop(world: World) -> World:
    """Deliveries have told of the repository; its main is at SHA_C."""
    with world.database.write() as connection:
        repositories.record(connection, HEAD.installation_id, SHOP, 1000.0)
    return world


def end(world: World, ask: Ask, state: InspectionState = InspectionState.DONE) -> Ask:
    """The look is over; the ask then."""
    with world.database.write() as connection:
        made = inspections.known_by(connection, ask.inspection_id)
        ended(connection, made, state, seen_of(made.sha).json())
    return stored(world, ask)


def test_without_a_pull_request_the_default_branchs_head_is_looked_at(shop: World) -> None:
    ask = say(shop, "readiness", "reader")
    assert (ask.state, ask.number, ask.command) == (asks.WORKING, 0, "/readiness")
    with shop.database.read() as connection:
        made = inspections.of_commit(connection, REPOSITORY_ID, 0, SHA_C)
    assert made is not None
    assert (made.id, made.asked_by, made.reported) == (ask.inspection_id, "reader", True)
    assert shop.jobs(JobKind.INSPECT) == [made.id]
    assert shop.comments.shown == {}


def test_a_reader_who_asks_again_at_once_is_told_of_the_look_before(shop: World) -> None:
    first = say(shop, "readiness", "reader")
    with shop.database.write() as connection:
        jobs.want_stop(connection, subject=first.inspection_id, kind=JobKind.INSPECT, why="cancelled")
        inspections.advance(connection, first.inspection_id, InspectionState.DONE, "It is over.", time.time())
    second = say(shop, "readiness", "reader")
    assert (second.state, second.inspection_id) == (asks.DONE, first.inspection_id)
    assert shop.jobs(JobKind.INSPECT) == []
    assert say(shop, "readiness").state == asks.WORKING


@pytest.mark.parametrize(
    ("state", "expected"), [(InspectionState.DONE, asks.DONE), (InspectionState.FAILED, asks.FAILED)]
)
def test_an_ask_about_the_default_branch_ends_with_its_look(shop: World, state: InspectionState, expected: str) -> None:
    ask = say(shop, "readiness")
    assert end(shop, ask, state).state == expected


def test_the_end_of_another_look_ends_nothing(shop: World) -> None:
    shop.at_github()
    of_main, of_pull_request = say(shop, "readiness"), say(shop, "readiness #1")
    assert end(shop, of_pull_request).state == asks.DONE
    assert stored(shop, of_main).state == asks.WORKING


def test_what_was_only_compared_with_is_told_of_once_somebody_asks(shop: World) -> None:
    with shop.database.write() as connection:
        looked(connection, wanted=replace(HEAD, number=0, sha=SHA_C, reported=False))
    ask = say(shop, "readiness")
    assert end(shop, ask).state == asks.DONE
    with shop.database.read() as connection:
        assert inspections.known_by(connection, ask.inspection_id).reported


def test_a_push_to_the_default_branch_since_it_was_said_refuses(shop: World) -> None:
    push_branch(shop, MAIN, SHA_A, SHA_C)
    moment = time.time()
    push_branch(shop, MAIN, SHA_C, SHA_B)
    ask = say(shop, "readiness", said_at=moment)
    assert ask.reason == Reason.HEAD_MOVED
    assert SHA_C[:7] in ask.answer
    assert SHA_B[:7] in ask.answer


def test_a_repository_without_a_commit_is_said_to_have_none(shop: World) -> None:
    shop.history.refs.clear()
    assert say(shop, "readiness").reason == Reason.NO_SUCH_REF


def test_who_may_not_read_is_not_asked_for_more(shop: World) -> None:
    assert say(shop, "readiness", "stranger").reason == Reason.NOT_PERMITTED
    assert shop.jobs(JobKind.INSPECT) == []


def test_a_fix_needs_a_pull_request(shop: World) -> None:
    assert say(shop, "fix procfile").reason == Reason.WHICH_PULL_REQUEST
    assert say(shop, "fix procfile #99").reason == Reason.NO_SUCH_PULL_REQUEST


def test_a_fix_is_bound_to_the_commit_that_was_shown(shop: World) -> None:
    push(shop, SHA_A)
    push(shop, SHA_B)
    with shop.database.write() as connection:
        looked(connection, "procfile", wanted=replace(HEAD, sha=SHA_A))
        looked(connection, "procfile", wanted=replace(HEAD, sha=SHA_B))
    assert say(shop, "fix procfile #1", sha=SHA_A).reason == Reason.HEAD_MOVED
    assert say(shop, "fix procfile #1", sha=SHA_B).state == asks.WORKING


def test_a_look_at_the_default_branch_is_bound_to_the_commit_that_was_shown(shop: World) -> None:
    assert say(shop, "readiness", sha=SHA_C).state == asks.WORKING
    assert say(shop, "readiness", sha=SHA_A).reason == Reason.HEAD_MOVED


def test_while_github_is_away_nothing_is_looked_at(shop: World) -> None:
    shop.commits.outage = Unreachable("GitHub is away")
    with pytest.raises(Unreachable):
        say(shop, "readiness")
    assert shop.jobs(JobKind.INSPECT) == []


def test_the_same_delivery_asks_once(shop: World) -> None:
    first = say(shop, "readiness", delivery="slack:same")
    assert say(shop, "readiness", delivery="slack:same").inspection_id == first.inspection_id
    assert shop.jobs(JobKind.INSPECT) == [first.inspection_id]


def test_what_is_asked_elsewhere_is_not_answered_in_the_comment(shop: World) -> None:
    push(shop, SHA_A)
    before = shop.comment_shows()
    assert "by `writer`" not in before
    say(shop, "readiness #1")
    assert "by `writer`" not in shop.comment_shows()
    assert said("readiness #1").number == 1
