"""What lost its job is asked for once more, then it fails; nothing stays under way for ever."""

from sqlalchemy import select

from engine.domain.inspection import FixState, InspectionState
from engine.intake import departures
from engine.store import asks, fixes, inspections
from engine.store.asks import Ask
from engine.store.fixes import NewFix
from engine.store.schema import outbox
from tests.pipeline.rig import NOW
from tests.readiness.inspecting.acting import APP
from tests.readiness.inspecting.rig import InspectRig

LATER = 60.0


def an_ask(rig: InspectRig, *, inspection_id: str = "", fix_id: str = "") -> None:
    """A command that waits for it."""
    ask = Ask("d1", 1, 7, 12, 5, "octo", "/readiness", inspection_id=inspection_id, fix_id=fix_id, created_at=NOW)
    with rig.database.write() as connection:
        asks.receive(connection, ask)
        asks.settle(connection, "d1", asks.WORKING, "")


def marks(rig: InspectRig) -> dict[str, int]:
    """How often what was marked."""
    with rig.database.read() as connection:
        return {row.subject: row.version for row in connection.execute(select(outbox.c.subject, outbox.c.version))}


def state_of_the_ask(rig: InspectRig) -> str:
    with rig.database.read() as connection:
        found = asks.by_delivery(connection, "d1")
    assert found is not None
    return found.state


def a_fix(rig: InspectRig, sha: str) -> str:
    with rig.database.write() as connection:
        return fixes.ask(connection, NewFix(1, 7, 12, sha, "gitignore", "octo", 1, "d2"), rig.time()).id


def state_of_the_fix(rig: InspectRig, fix_id: str) -> FixState:
    with rig.database.read() as connection:
        found = fixes.by_id(connection, fix_id)
    assert found is not None
    return found.state


def test_a_lost_inspection_is_asked_for_once_more(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    rig.forget_jobs()
    rig.reaper.beat()
    assert rig.living_jobs() == []
    rig.ahead = LATER
    rig.reaper.beat()
    assert rig.living_jobs() == [("inspect", "pending")]
    rig.run()
    assert rig.inspection(sha).state is InspectionState.DONE


def test_one_that_is_lost_again_fails_with_a_sentence(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    rig.ahead = LATER
    for _ in range(2):
        rig.forget_jobs()
        rig.reaper.beat()
    inspection = rig.inspection(sha)
    assert inspection.state is InspectionState.FAILED
    assert inspection.status_message.startswith("The job of this inspection was lost twice")


def test_what_failed_so_may_be_asked_for_again_and_is_mended_again(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    rig.ahead = LATER
    for _ in range(2):
        rig.forget_jobs()
        rig.reaper.beat()
    rig.want(sha)
    rig.forget_jobs()
    rig.ahead += LATER
    rig.reaper.beat()
    assert rig.living_jobs() == [("inspect", "pending")]


def test_a_trial_that_is_lost_begins_with_a_look(rig: InspectRig) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    assert rig.runner.run_one(["work"])
    assert rig.inspection(build.sha).state is InspectionState.LOOKING
    rig.forget_jobs()
    rig.ahead = LATER
    rig.reaper.beat()
    rig.run()
    assert rig.inspection(build.sha).state is InspectionState.DONE


def test_a_lost_fix_is_asked_for_once_more_and_then_fails(rig: InspectRig) -> None:
    fix_id = a_fix(rig, rig.push(APP))
    rig.forget_jobs()
    rig.ahead = LATER
    rig.reaper.beat()
    assert rig.living_jobs() == [("fix", "pending")]
    rig.forget_jobs()
    rig.reaper.beat()
    assert state_of_the_fix(rig, fix_id) is FixState.FAILED


def test_a_command_waits_for_its_inspection_and_isnt_called_lost(rig: InspectRig) -> None:
    an_ask(rig, inspection_id=rig.want(rig.push(APP)).id)
    before = marks(rig)
    rig.ahead = LATER
    rig.reaper.beat()
    assert (state_of_the_ask(rig), marks(rig)) == (asks.WORKING, before)


def test_a_command_waits_for_its_fix_and_isnt_called_lost(rig: InspectRig) -> None:
    an_ask(rig, fix_id=a_fix(rig, rig.push(APP)))
    before = marks(rig)
    rig.ahead = LATER
    rig.reaper.beat()
    assert (state_of_the_ask(rig), marks(rig)) == (asks.WORKING, before)


def test_a_command_that_waits_for_nothing_that_is_known_fails(rig: InspectRig) -> None:
    rig.push(APP)
    an_ask(rig, inspection_id="ins_unknown")
    rig.ahead = LATER
    rig.reaper.beat()
    assert state_of_the_ask(rig) == asks.FAILED


def test_a_repository_that_leaves_ends_what_is_under_way_in_it(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    fix_id = a_fix(rig, sha)
    with rig.database.write() as connection:
        departures.end_all(connection, [7], "the GitHub App no longer covers the repository", NOW)
        assert inspections.unfinished(connection, 7) == []
    assert rig.inspection(sha).status_message == "The GitHub App no longer covers the repository."
    assert state_of_the_fix(rig, fix_id) is FixState.FAILED
    assert rig.living_jobs() == []


def test_one_that_leaves_during_a_trial_ends_it(rig: InspectRig) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    assert rig.runner.run_one(["work"])
    with rig.database.write() as connection:
        departures.end_all(connection, [7], "the repository was archived", NOW)
    rig.run()
    assert rig.inspection(build.sha).state is InspectionState.FAILED
    assert rig.living_jobs() == []
