"""A trial gets what its preview got, and nothing of that is stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.readiness.facts import Trial
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Finished
from engine.variables.vault import new_key
from tests.readiness.inspecting.acting import TESTED, TrialActor
from tests.readiness.inspecting.rig import InspectRig
from tests.variables.scenes import a_value, set_in

VALUE = "s3cr3t-canary-value-8731"
SAYS = "preview: {variables: staging}\nenvironments: {staging: {}}\n"


@pytest.fixture
def rig(sandboxes: MemorySandboxes, tmp_path: Path) -> Iterator[InspectRig]:
    made = InspectRig(tmp_path, sandboxes, startup_timeout=1, facts={"SECRET_KEYS": new_key().reveal()})
    made.push({"README.md": ""})
    set_in(made.database, made.variables, a_value("TOKEN", VALUE), name="staging")
    made.slipway_file(SAYS)
    yield made
    for sandbox_id in list(sandboxes.living):
        sandboxes.kill(sandbox_id)
    made.close()


def test_the_application_gets_its_values_and_its_tests_dont(rig: InspectRig, actor: TrialActor) -> None:
    calls: list[Call] = []
    actor.at_trial = calls.append
    rig.inspected(rig.built(TESTED).sha)
    given = [call.command.environment.get("TOKEN") for call in calls]
    assert given == [VALUE, None, None, None]


def stored(rig: InspectRig) -> str:
    """All that is kept of inspections."""
    with rig.database.read() as connection:
        found = connection.execute(text("SELECT inspected || status_message FROM inspections"))
        return "".join(found.scalars())


def test_nothing_that_it_says_is_stored_with_a_value_in_it(rig: InspectRig, actor: TrialActor) -> None:
    actor.trial_says = f"ERROR: no such token {VALUE}\n"
    actor.tests_say, actor.tests_end = f"FAILED with {VALUE}\n", Finished(1)
    build = rig.built(TESTED)
    trial = rig.inspected(build.sha).trial
    assert isinstance(trial, Trial)
    assert trial.tests is not None
    assert (len(trial.errors), len(trial.tests.tail)) == (1, 1)
    assert VALUE not in stored(rig)


def test_why_it_never_got_well_is_told_without_values(rig: InspectRig, actor: TrialActor) -> None:
    actor.trial_falls = Finished(1)
    actor.falls_saying = f"RuntimeError: no such token {VALUE}\n"
    trial = rig.inspected(rig.built(TESTED).sha).trial
    assert isinstance(trial, Trial)
    assert "no such token" in trial.trouble
    assert VALUE not in stored(rig)
