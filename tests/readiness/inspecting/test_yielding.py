"""A trial makes way for whoever needs the sandbox, and whatever dies, the next one goes on."""

import pytest

from engine.domain.inspection import InspectionState
from engine.domain.job import JobState
from engine.errors import LeaseLost
from engine.readiness.facts import NoTrial, Trial
from engine.readiness.trial.leftovers import TRIAL_TAG
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Command
from engine.store import deaths
from engine.store.port import Effects
from tests.pipeline.scenes import only, serving
from tests.readiness.inspecting.acting import APP, TESTED, TrialActor
from tests.readiness.inspecting.rig import InspectRig, processes_of_trials


def a_leftover(sandboxes: MemorySandboxes, inspection_id: str) -> None:
    """A process of a trial whose worker died, and a file of its copy."""
    environment = {TRIAL_TAG: inspection_id, "SLIPWAY_BUILD": f"{inspection_id}.job_old", "SLIPWAY_TURN": "1.0.7"}
    environment["PORT"] = "3077"
    only(sandboxes).start(Command(("gunicorn",), "/home/user", environment), lambda data: None)
    only(sandboxes).write("/home/user/trials/ins_old/app.py", b"")


def test_a_push_in_between_ends_it(rig: InspectRig, actor: TrialActor, sandboxes: MemorySandboxes) -> None:
    build = rig.built(APP)
    later = rig.push(APP | {"new.py": ""})

    def push(call: Call) -> None:
        actor.at_trial = lambda call: None
        rig.ask(later)

    actor.at_trial = push
    seen = rig.inspected(build.sha)
    assert seen.trial == NoTrial("a newer commit came before it was tried")
    assert rig.inspection(build.sha).state is InspectionState.DONE
    assert serving(sandboxes) == [rig.preview.serving_build_id]
    assert rig.build(rig.preview.serving_build_id).sha == later


def test_a_build_of_the_same_commit_in_between_ends_it_and_is_tried_itself(rig: InspectRig, actor: TrialActor) -> None:
    build = rig.built(APP)
    seen: list[object] = []

    def build_again(call: Call) -> None:
        actor.at_trial = lambda call: None
        rig.ask(build.sha, "again")

    actor.at_trial = build_again
    actor.before = lambda call: seen.append(rig.seen(build.sha).trial)
    trial = rig.inspected(build.sha).trial
    assert NoTrial("a build was under way when it was looked at: it is tried once its preview serves") in seen
    assert not any("newer" in each.why for each in seen if isinstance(each, NoTrial))
    assert isinstance(trial, Trial)


def test_a_close_in_between_ends_it(rig: InspectRig, actor: TrialActor, sandboxes: MemorySandboxes) -> None:
    build = rig.built(APP)
    actor.at_trial = lambda call: rig.end()
    assert rig.inspected(build.sha).trial == NoTrial("its preview was closed while it was tried")
    assert sandboxes.living == {}


def test_the_restart_of_what_serves_goes_before_it(rig: InspectRig, actor: TrialActor) -> None:
    build = rig.built(APP)

    def die(call: Call) -> None:
        with rig.database.write() as connection:
            deaths.record(connection, rig.preview, "it ended", rig.time())

    actor.at_trial = die
    trial = rig.inspected(build.sha).trial
    assert trial == NoTrial("its preview's sandbox was needed for something else while it was tried")
    assert rig.route()["state"] == "serving"


def test_while_its_build_is_under_way_a_commit_isnt_tried(rig: InspectRig, actor: TrialActor) -> None:
    sha = rig.push(APP)
    seen: list[object] = []

    def look(call: Call) -> None:
        rig.want(sha)
        job = rig.store.claim("another", ["work"])
        assert job is not None
        rig.store.finish(job, JobState.DONE, rig.inspect_handler.run(job, Dying(99)).effects)
        seen.append(rig.seen(sha).trial)
        actor.before = lambda call: None

    actor.before = look
    rig.ask(sha)
    rig.run()
    assert seen == [NoTrial("a build was under way when it was looked at: it is tried once its preview serves")]
    assert isinstance(rig.seen(sha).trial, Trial)


def test_an_older_commit_than_the_preview_serves_isnt_tried(rig: InspectRig) -> None:
    older = rig.built(APP)
    rig.built(APP | {"new.py": ""})
    assert rig.inspected(older.sha).trial == NoTrial("its preview serves another commit")


def test_what_an_attempt_that_died_left_is_ended_by_the_next(rig: InspectRig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    a_leftover(sandboxes, rig.inspection(build.sha).id)
    rig.run()
    assert isinstance(rig.seen(build.sha).trial, Trial)
    assert processes_of_trials(sandboxes) == []
    assert not any("/trials" in path for path in only(sandboxes).files)


def test_a_build_ends_what_a_trial_has_left(rig: InspectRig, sandboxes: MemorySandboxes) -> None:
    rig.built(APP)
    a_leftover(sandboxes, "ins_old")
    rig.built(APP | {"new.py": ""})
    assert processes_of_trials(sandboxes) == []
    assert not any("/trials" in path for path in only(sandboxes).files)


def test_the_reaper_ends_what_is_left_of_an_inspection_that_is_over(
    rig: InspectRig, sandboxes: MemorySandboxes
) -> None:
    build = rig.built(APP)
    rig.inspected(build.sha)
    a_leftover(sandboxes, rig.inspection(build.sha).id)
    rig.reaper.beat()
    assert processes_of_trials(sandboxes) == []
    assert serving(sandboxes) == [build.id]


def test_the_reaper_leaves_a_trial_alone_that_is_under_way(rig: InspectRig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    a_leftover(sandboxes, rig.inspection(build.sha).id)
    rig.reaper.beat()
    assert len(processes_of_trials(sandboxes)) == 1


class Dying:
    """A job's side of its lease that is lost at the `count`-th look."""

    def __init__(self, count: int) -> None:
        self.left = count

    def check(self) -> None:
        """Raises LeaseLost once its time has come."""
        self.left -= 1
        if self.left < 0:
            raise LeaseLost("working on it: its lease is lost")

    def stop_wanted(self) -> str:
        """Nobody wants its end."""
        return ""

    def note(self, effects: Effects) -> None:
        """Notes nothing."""


@pytest.mark.parametrize("count", range(2))
def test_a_worker_that_loses_its_lease_ends_its_trial_and_the_next_one_does_it_anew(
    rig: InspectRig, sandboxes: MemorySandboxes, count: int
) -> None:
    build = rig.built(TESTED)
    rig.want(build.sha)
    rig.runner.run_one(["work"])
    job = rig.store.claim("dying", ["work"])
    assert job is not None
    with pytest.raises(LeaseLost):
        rig.inspect_handler.run(job, Dying(count))
    assert processes_of_trials(sandboxes) == []
    rig.store.give_back(job, delay=0, counts=True)
    rig.run()
    assert isinstance(rig.seen(build.sha).trial, Trial)


def test_while_the_sandbox_host_is_away_it_waits_and_then_goes_without(
    rig: InspectRig, sandboxes: MemorySandboxes
) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    sandboxes.away = True
    for _ in range(3):
        rig.run_delayed()
    inspection = rig.inspection(build.sha)
    assert (inspection.state, rig.living_jobs()) == (InspectionState.DONE, [])
    why = "asking the sandbox host: it is away"
    assert (rig.seen(build.sha).trial, rig.unseen(build.sha)["health-answers"]) == (NoTrial(why), why)


def test_a_sandbox_that_is_gone_is_said(rig: InspectRig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(APP)
    sandboxes.kill(rig.preview.sandbox_id)
    assert rig.inspected(build.sha).trial == NoTrial("its preview's sandbox is gone")
