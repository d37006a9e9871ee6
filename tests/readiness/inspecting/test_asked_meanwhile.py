"""Whoever asks while it is being looked at gets a look from then on: what a job read before is no answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.domain.inspection import InspectionState
from engine.domain.job import JobState
from engine.forge.memory import MemoryForge
from engine.forge.port import RepositoryRef
from engine.readiness.facts import Trial
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call
from tests.readiness.inspecting.acting import APP, TrialActor
from tests.readiness.inspecting.rig import InspectRig, waivers_of

WAIVER = "readiness:\n  waivers:\n    - {rule: licence, owner: octo, until: 2999-01-31, reason: later}\n"


class ReadForge(MemoryForge):
    """Has something happen once, right after a file was read."""

    def __init__(self) -> None:
        super().__init__()
        self.after: Callable[[], object] = lambda: None

    def read_file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """As it was before that happened."""
        found = super().read_file(repository, path, ref)
        after, self.after = self.after, lambda: None
        after()
        return found


@pytest.fixture
def forge() -> ReadForge:
    return ReadForge()


@pytest.fixture
def rig(sandboxes: MemorySandboxes, forge: ReadForge, tmp_path: Path) -> Iterator[InspectRig]:
    made = InspectRig(tmp_path, sandboxes, startup_timeout=1, forge=forge)
    yield made
    for sandbox in list(sandboxes.living.values()):
        sandboxes.kill(sandbox.id)
    made.close()


def waived_and_asked_for(rig: InspectRig, sha: str) -> None:
    """Somebody waives a finding on the default branch, and wants to see that."""
    rig.slipway_file(WAIVER)
    rig.want(sha)


def test_while_its_files_are_looked_at(rig: InspectRig, forge: ReadForge) -> None:
    sha = rig.push(APP)
    forge.after = lambda: waived_and_asked_for(rig, sha)
    rig.inspected(sha)
    inspection = rig.inspection(sha)
    assert (inspection.state, waivers_of(inspection)) == (InspectionState.DONE, ["licence"])


def test_while_it_is_tried(rig: InspectRig, actor: TrialActor) -> None:
    build = rig.built(APP)

    def ask(call: Call) -> None:
        actor.at_trial = lambda call: None
        waived_and_asked_for(rig, build.sha)

    actor.at_trial = ask
    rig.inspected(build.sha)
    inspection = rig.inspection(build.sha)
    assert (inspection.state, waivers_of(inspection)) == (InspectionState.DONE, ["licence"])
    assert isinstance(rig.seen(build.sha).trial, Trial)


def test_between_the_look_and_the_trial(rig: InspectRig) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    rig.runner.run_one(["work"])
    waived_and_asked_for(rig, build.sha)
    rig.run()
    inspection = rig.inspection(build.sha)
    assert (inspection.state, waivers_of(inspection)) == (InspectionState.DONE, ["licence"])
    assert isinstance(rig.seen(build.sha).trial, Trial)


def test_what_was_seen_shows_already_while_it_is_looked_at_once_more(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    job = rig.store.claim("another", ["work"])
    assert job is not None
    outcome = rig.inspect_handler.run(job, rig.heartbeat_of(job))
    rig.want(sha)
    rig.store.finish(job, outcome.state, outcome.effects)
    assert (rig.inspection(sha).state, rig.seen(sha).sha) == (InspectionState.WAITING, sha)


def test_no_two_jobs_look_at_it_at_once(rig: InspectRig) -> None:
    build = rig.built(APP)
    rig.want(build.sha)
    rig.runner.run_one(["work"])
    rig.want(build.sha)
    rig.want(build.sha)
    assert rig.living_jobs() == [("inspect", "pending")]


def test_a_job_that_never_comes_to_an_end_fails_whoever_asked_again(rig: InspectRig) -> None:
    sha = rig.push(APP)
    rig.want(sha)
    job = rig.store.claim("another", ["work"])
    assert job is not None
    rig.inspect_handler.run(job, rig.heartbeat_of(job))
    rig.want(sha)
    rig.store.finish(job, JobState.DEAD, rig.inspect_handler.bury(job, "it died"))
    rig.run()
    assert (rig.inspection(sha).state, rig.living_jobs()) == (InspectionState.FAILED, [])


def test_the_one_that_was_asked_for_last_is_the_newest(rig: InspectRig) -> None:
    first, second = rig.push(APP), rig.push(APP | {"new.py": ""})
    rig.want(first)
    rig.ahead = 1
    rig.want(second)
    rig.ahead = 2
    assert rig.want(first).created_at > rig.inspection(second).created_at
