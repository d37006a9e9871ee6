"""What a push starts by itself, what it waits for, and how it ends with every reason told."""

import pytest

from engine.deploy.asks import Action
from engine.domain.release import DeployState, Waiting
from engine.forge.commits import CheckState
from engine.reasons import Reason
from engine.store import audit
from tests.deploy.world import A, B, C, World

AUTO = b"environments: {production: {auto_deploy_branch: main}}\n"
NOWHERE = "0" * 40


@pytest.fixture
def auto(world: World) -> World:
    """Pushes to main deploy to production, which has heard of it."""
    world.write_project(AUTO)
    world.push(A, NOWHERE)
    world.finish(world.releases("production")[0])
    return world


def pushed(world: World, sha: str = B, before: str = A, **more: str) -> None:
    """A commit more on main, pushed."""
    world.commit(sha, before)
    world.push(sha, before, **more)


def test_a_push_to_the_branch_deploys(auto: World) -> None:
    pushed(auto, by="bob")
    release = auto.releases("production")[0]
    assert (release.sha, release.automatic, release.requested_by, release.door) == (B, True, "bob", "push")
    assert (release.waiting, release.number_of_pull_request) == (Waiting.TURN, 0)
    assert list(auto.due_jobs()) == ["work"]


@pytest.mark.parametrize("ref", ["refs/heads/feature/main", "refs/tags/main", "refs/heads/mai", "refs/heads/main2"])
def test_only_that_very_branch_deploys(auto: World, ref: str) -> None:
    auto.commit(B)
    auto.push(B, NOWHERE, ref=ref)
    assert len(auto.releases("production")) == 1


def test_without_a_branch_that_deploys_a_push_starts_nothing(world: World) -> None:
    world.start()
    pushed(world)
    assert len(world.releases("production")) == 1


def test_a_project_without_environments_has_none_by_its_pushes(world: World) -> None:
    world.write_project(None)
    world.push(A, NOWHERE)
    with world.database.read() as connection:
        assert audit.of_subject(connection, "acme/shop") == []
    world.start()


def test_a_push_of_the_file_itself_makes_the_environments(ordered: World) -> None:
    ordered.push(A, NOWHERE)
    assert not ordered.environment("production").retired
    assert ordered.releases("staging")[0].automatic


def test_the_same_push_twice_deploys_once(auto: World) -> None:
    pushed(auto)
    auto.push(B)
    assert len(auto.releases("production")) == 2


def test_a_newer_push_takes_the_place_of_what_waits(auto: World) -> None:
    auto.commit("d" * 40, A, branch="other")
    busy = auto.start("d" * 40)
    pushed(auto)
    pushed(auto, C, B)
    newest, older, running, _ = auto.releases("production")
    assert (newest.sha, newest.waiting) == (C, Waiting.TURN)
    assert (older.sha, older.state) == (B, DeployState.CANCELLED)
    assert B[:7] in older.status_message and C[:7] in older.status_message
    assert running.id == busy.id and not running.state.terminal


def test_what_a_person_asked_for_is_not_ended_by_a_push(world: World) -> None:
    release = world.start()
    pushed(world)
    assert (world.release(release.id).state, world.release(release.id).sha) == (DeployState.PENDING, A)


def test_a_late_delivery_of_an_older_push_changes_nothing(auto: World) -> None:
    auto.commit(B)
    auto.commit(C, B)
    auto.push(C, B)
    assert "newer" in auto.push(B, A)
    assert [each.sha for each in auto.releases("production")] == [C, A]


def test_a_push_that_github_has_overtaken_starts_nothing(auto: World) -> None:
    auto.commit(B)
    auto.commit(C, B)
    assert "newer" in auto.push(B, A)
    auto.push(C, B)
    assert [each.sha for each in auto.releases("production")] == [C, A]


def test_a_branch_that_is_gone_by_now_deploys_nothing(auto: World) -> None:
    auto.commit(B)
    event = auto.pushed_event(B)
    del auto.history.refs["refs/heads/main"]
    auto.take(event)
    assert len(auto.releases("production")) == 1


def test_a_deleted_branch_deploys_nothing(auto: World) -> None:
    assert "gone" in auto.push(NOWHERE, A)


def test_it_waits_for_checks_and_goes_on_when_they_are_green(auto: World) -> None:
    auto.check(B, test=CheckState.PENDING)
    pushed(auto)
    release = auto.releases("production")[0]
    assert (release.waiting, "`test`" in release.status_message) == (Waiting.CHECKS, True)
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.CHECKS
    auto.check(B, test=CheckState.GREEN)
    auto.now += 60
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.TURN
    assert auto.wakeups.take("work") is not None


def test_checks_are_not_asked_for_again_at_once(auto: World) -> None:
    auto.check(B, test=CheckState.PENDING)
    pushed(auto)
    auto.beat()
    auto.check(B, test=CheckState.GREEN)
    auto.now += 1
    auto.beat()
    assert auto.releases("production")[0].waiting is Waiting.CHECKS


def test_failed_checks_end_it_with_their_reason(auto: World) -> None:
    auto.check(B, test=CheckState.PENDING)
    pushed(auto)
    auto.check(B, test=CheckState.FAILED)
    auto.beat()
    release = auto.releases("production")[0]
    assert (release.state, release.cause_code) == (DeployState.FAILED, Reason.CHECKS_FAILED)
    assert "`test`" in release.cause and release.fix


def test_unreadable_checks_are_waited_for_never_passed(auto: World) -> None:
    auto.check(B, test=CheckState.UNKNOWN)
    pushed(auto)
    assert auto.releases("production")[0].waiting is Waiting.CHECKS


def test_checks_that_the_commit_before_had_are_awaited_for_a_while(auto: World) -> None:
    auto.check(A, test=CheckState.GREEN)
    pushed(auto)
    release = auto.releases("production")[0]
    assert (release.waiting, "`test`" in release.status_message) == (Waiting.CHECKS, True)
    auto.now += 60
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.CHECKS
    auto.now += 61
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.TURN


def test_no_check_at_all_passes(auto: World) -> None:
    pushed(auto)
    assert auto.releases("production")[0].waiting is Waiting.TURN


def test_it_waits_for_its_window(auto: World) -> None:
    auto.write_project(b"environments: {production: {auto_deploy_branch: main, windows: ['wed 11:00-12:00']}}\n")
    pushed(auto)
    release = auto.releases("production")[0]
    assert (release.waiting, "2023-11-15 11:00 UTC" in release.status_message) == (Waiting.WINDOW, True)
    auto.now += 3600
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.TURN


def test_it_waits_while_a_person_holds_the_lock_even_its_pusher(auto: World) -> None:
    auto.do(Action.LOCK, reason="books")
    pushed(auto)
    release = auto.releases("production")[0]
    assert (release.waiting, "@ada" in release.status_message) == (Waiting.LOCK, True)
    auto.do(Action.UNLOCK)
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.TURN


def test_it_waits_for_its_approval_and_the_pusher_cant_give_it(auto: World) -> None:
    auto.write_project(b"environments: {production: {auto_deploy_branch: main, approvals: 1}}\n")
    pushed(auto)
    release = auto.releases("production")[0]
    assert release.waiting is Waiting.APPROVAL
    auto.do(Action.APPROVE)
    assert auto.release(release.id).waiting is Waiting.APPROVAL
    auto.do(Action.APPROVE, login="bob")
    auto.beat()
    assert auto.release(release.id).waiting is Waiting.TURN


def test_a_broken_file_ends_it_with_every_problem(auto: World) -> None:
    auto.write_project(b"environments: {production: {auto_deploy_branch: main, foo: 1, approvals: 9}}\n")
    pushed(auto)
    release = auto.releases("production")[0]
    assert (release.state, release.cause_code) == (DeployState.FAILED, Reason.BAD_CONFIGURATION)
    assert "foo" in release.cause and "approvals" in release.cause
    assert auto.line() == []


def test_a_pusher_who_is_no_deployer_ends_it(auto: World) -> None:
    auto.write_project(b"environments: {production: {auto_deploy_branch: main, deployers: [grace]}}\n")
    pushed(auto, by="bob")
    release = auto.releases("production")[0]
    assert (release.state, release.cause_code) == (DeployState.FAILED, Reason.NOT_DEPLOYER)


def test_a_bots_push_deploys_and_is_not_asked_for_a_role(auto: World) -> None:
    pushed(auto, by="github-merge-queue[bot]")
    release = auto.releases("production")[0]
    assert release.waiting is Waiting.TURN
    assert auto.why_not(release) is None


def test_one_push_goes_through_environments_in_their_order(world: World) -> None:
    world.write_project(
        b"environments: {production: {auto_deploy_branch: main, after: staging}, staging: {auto_deploy_branch: main}}\n"
    )
    world.push(A, NOWHERE)
    first, then = world.releases("staging")[0], world.releases("production")[0]
    assert (first.waiting, then.waiting) == (Waiting.TURN, Waiting.ORDER)
    world.beat()
    assert world.release(then.id).waiting is Waiting.ORDER
    world.finish(first)
    world.beat()
    assert world.release(then.id).waiting is Waiting.TURN


def test_what_failed_in_the_environment_before_ends_in_the_one_after(world: World) -> None:
    world.write_project(
        b"environments: {staging: {auto_deploy_branch: main}, production: {auto_deploy_branch: main, after: staging}}\n"
    )
    world.push(A, NOWHERE)
    world.finish(world.releases("staging")[0], DeployState.FAILED)
    world.beat()
    release = world.releases("production")[0]
    assert (release.state, release.cause_code) == (DeployState.FAILED, Reason.OUT_OF_ORDER)


def test_what_waits_in_an_environment_that_retires_is_cancelled(auto: World) -> None:
    auto.do(Action.LOCK)
    pushed(auto)
    release = auto.releases("production")[0]
    auto.write_project(b"environments: {staging: {}}\n")
    auto.do(Action.ENV_LIST)
    auto.beat()
    assert auto.release(release.id).state is DeployState.CANCELLED


def test_a_hold_is_noted_and_makes_no_release(auto: World) -> None:
    pushed(auto)
    auto.finish(auto.releases("production")[0])
    auto.do(Action.ROLLBACK)
    auto.finish(auto.releases("production")[0])
    before = len(auto.releases("production"))
    pushed(auto, C, B)
    with auto.database.read() as connection:
        last = audit.of_subject(connection, auto.environment().id)[-1]
    assert (last.outcome, last.sha, last.door) == ("refused:on_hold", C, "push")
    assert len(auto.releases("production")) == before


def test_what_waits_for_a_week_is_given_up(auto: World) -> None:
    auto.check(B, test=CheckState.PENDING)
    pushed(auto)
    auto.now += 8 * 86_400
    auto.beat()
    assert auto.releases("production")[0].state is DeployState.CANCELLED
