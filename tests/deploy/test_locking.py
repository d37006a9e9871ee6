"""`/lock` and `/unlock`: who deploys meanwhile, who waits, who takes over, and what ends a hold."""

import pytest

from engine.deploy.asks import Action
from engine.deploy.outcome import Refused
from engine.domain.release import DeployState, Waiting
from engine.reasons import Reason
from engine.store import audit
from tests.deploy.world import B, World, reasons_of, sentence_of, told


def test_a_lock_is_the_askers_and_says_until_when(world: World) -> None:
    said = told(world.do(Action.LOCK, "production", "the", "books", "are", "open"))
    assert "@ada" in said and "2023-11-16 10:00 UTC" in said
    assert [(each.holder, each.reason) for each in world.line()] == [("ada", "the books are open")]


def test_words_that_name_no_environment_are_the_reason(world: World) -> None:
    world.do(Action.LOCK, "books", "open")
    assert world.line()[0].reason == "books open"


def test_another_persons_deploy_is_refused_with_holder_reason_and_place(world: World) -> None:
    world.do(Action.LOCK, reason="the books are open")
    refused = world.do(Action.DEPLOY, login="bob")
    assert reasons_of(refused) == [Reason.LOCKED]
    for word in ("@ada", "the books are open", "2023-11-15 10:00 UTC", "number 2 in line"):
        assert word in sentence_of(refused)


@pytest.mark.parametrize("login", ["ada", "ADA"])
def test_the_holder_deploys(world: World, login: str) -> None:
    world.do(Action.LOCK)
    release = world.start(login=login)
    assert [each.release_id for each in world.line()] == [release.id, ""]
    world.finish(release)
    assert [each.holder for each in world.line()] == ["ada"]


def test_whoever_waits_in_line_is_told_their_own_place(world: World) -> None:
    world.do(Action.LOCK, reason="books")
    told(world.do(Action.LOCK, login="bob"))
    refused = world.do(Action.DEPLOY, login="bob")
    assert isinstance(refused, Refused)
    assert "You are number 2 in line." in refused.markdown


def test_a_second_lock_waits_in_line_and_moves_up(world: World) -> None:
    world.do(Action.LOCK, reason="books")
    said = told(world.do(Action.LOCK, login="bob"))
    assert "Number 2 in line" in said and "@ada" in said
    told(world.do(Action.UNLOCK))
    assert [each.holder for each in world.line()] == ["bob"]


def test_a_second_deploy_waits_its_turn_and_goes_on_by_itself(world: World) -> None:
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    first = world.start()
    world.commit(B)
    outcome = world.do(Action.DEPLOY, login="bob")
    second = world.releases("production")[0]
    assert [each.reason for each in getattr(outcome, "waits", ())] == [Reason.LOCKED]
    assert (second.waiting, "Number 2 in line" in second.status_message) == (Waiting.TURN, True)
    world.finish(first)
    assert world.release(second.id).status_message == "Waiting for a worker"


def test_only_the_holder_unlocks(world: World) -> None:
    world.do(Action.LOCK)
    assert reasons_of(world.do(Action.UNLOCK, login="bob")) == [Reason.LOCKED]
    assert "unlocked" in told(world.do(Action.UNLOCK, login="ADA"))
    assert world.line() == []


def test_who_waits_in_line_may_leave_it(world: World) -> None:
    world.do(Action.LOCK)
    world.do(Action.LOCK, login="bob")
    assert "left the line" in told(world.do(Action.UNLOCK, login="bob"))
    assert [each.holder for each in world.line()] == ["ada"]


def test_what_isnt_locked_cant_be_unlocked(world: World) -> None:
    assert reasons_of(world.do(Action.UNLOCK)) == [Reason.NOT_LOCKED]


@pytest.mark.parametrize("action", [Action.LOCK, Action.UNLOCK])
def test_taking_over_needs_a_reason(world: World, action: Action) -> None:
    world.do(Action.LOCK)
    assert reasons_of(world.do(action, login="bob", force=True)) == [Reason.REASON_NEEDED]
    assert [each.holder for each in world.line()] == ["ada"]


def test_a_takeover_is_recorded_with_its_reason(world: World) -> None:
    world.do(Action.LOCK)
    assert "took the lock" in told(world.do(Action.LOCK, login="bob", force=True, reason="the site is down"))
    assert [(each.holder, each.reason) for each in world.line()] == [("bob", "the site is down")]
    with world.database.read() as connection:
        entries = audit.of_subject(connection, world.environment().id)
    assert (entries[-1].who, entries[-1].did) == ("bob", "lock by force: the site is down")


def test_an_unlock_by_force_ends_anothers_lock(world: World) -> None:
    world.do(Action.LOCK)
    assert "@ada" in told(world.do(Action.UNLOCK, "production", "she", "is", "away", login="bob", force=True))
    assert world.line() == []


def test_a_lock_that_nobody_renews_is_over_after_its_time(world: World) -> None:
    world.do(Action.LOCK)
    world.now += world.settings.intervals.lock + 1
    told(world.do(Action.LOCK, login="bob"))
    assert [each.holder for each in world.line()] == ["bob"]


def test_a_lock_whose_time_is_over_is_in_nobodys_way(world: World) -> None:
    world.do(Action.LOCK)
    world.now += world.settings.intervals.lock + 1
    release = world.start(login="bob")
    assert [each.release_id for each in world.line()] == [release.id]


def test_who_is_no_deployer_locks_nothing(world: World) -> None:
    world.write_project(b"environments: {production: {deployers: [grace]}}\n")
    assert reasons_of(world.do(Action.LOCK)) == [Reason.NOT_DEPLOYER]
    assert reasons_of(world.do(Action.UNLOCK)) == [Reason.NOT_DEPLOYER]


def test_an_unlock_ends_the_hold_of_a_rollback(world: World) -> None:
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    world.deployed()
    world.commit(B)
    world.deployed()
    world.finish(world.release(getattr(world.do(Action.ROLLBACK), "release_id", "")))
    assert world.environment().hold
    assert "again" in told(world.do(Action.UNLOCK))
    assert not world.environment().hold


def test_a_cancelled_deploy_makes_room(world: World) -> None:
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    first = world.start()
    world.commit(B)
    second = world.start(login="bob")
    told(world.do(Action.CANCEL, release=first.id))
    assert world.release(first.id).state is DeployState.CANCELLED
    assert [each.release_id for each in world.line()] == [second.id]
