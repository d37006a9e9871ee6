"""Dependencies and build: the plan's commands, each watched while it runs."""

import shlex
import time
from collections.abc import Sequence

from engine.domain.build import BuildState
from engine.domain.plan import Step
from engine.errors import LeaseLost, StageFailed, Superseded
from engine.pipeline import causes
from engine.pipeline.narrator import Narrator
from engine.pipeline.revision import Revision
from engine.sandboxes.port import Command, Finished, Process, Sandbox

#: Seconds for all steps of one stage.
STAGE_TIMEOUT = 600.0
#: Seconds between two looks at whether the build is still wanted.
LOOK = 0.25
#: Grace of a step that is ended, in seconds.
STEP_GRACE = 0.5


def install(sandbox: Sandbox, revision: Revision, registries: Sequence[str], narrator: Narrator) -> None:
    """The dependencies stage. Raises StageFailed."""
    narrator.enter(BuildState.DEPENDENCIES, "Installing dependencies")
    sandbox.allow_egress(registries)
    # Writing a file makes its folder, which some steps expect.
    sandbox.write(f"{revision.environment_folder}/.slipway-installing", b"")
    _run_all(sandbox, revision, revision.plan.install, narrator)
    sandbox.write(revision.marker, b"")


def build(sandbox: Sandbox, revision: Revision, registries: Sequence[str], narrator: Narrator) -> None:
    """The build stage. Raises StageFailed."""
    narrator.enter(BuildState.BUILD, "Building")
    sandbox.allow_egress(registries)
    _run_all(sandbox, revision, revision.plan.build, narrator)


def _run_all(sandbox: Sandbox, revision: Revision, steps: Sequence[Step], narrator: Narrator) -> None:
    end = time.monotonic() + STAGE_TIMEOUT
    for step in steps:
        narrator.check()
        narrator.line(f"$ {shlex.join(step.argv)}")
        finished = run_watched(sandbox, revision, revision.command(step.argv), narrator, end)
        if finished is None:
            raise StageFailed(causes.step_timed_out(step.label, STAGE_TIMEOUT))
        if finished.exit_code or finished.out_of_memory:
            raise StageFailed(causes.step_failed(step.label, finished, narrator.tail(), revision.folder))


def run_watched(
    sandbox: Sandbox, revision: Revision, command: Command, narrator: Narrator, end: float
) -> Finished | None:
    """Runs a command of the revision until `end` (of the monotonic clock); None: it took longer, and was ended."""
    process = sandbox.start(command, narrator.output)
    try:
        finished = _watched(process, narrator, end)
    except (Superseded, LeaseLost):
        sandbox.stop(revision.owns, STEP_GRACE)
        raise
    if finished is None:
        sandbox.stop(revision.owns, STEP_GRACE)
    return finished


def _watched(process: Process, narrator: Narrator, end: float) -> Finished | None:
    """How it ended; None when it didn't before `end`."""
    while True:
        finished = process.wait(LOOK)
        if finished is not None or time.monotonic() >= end:
            return finished
        narrator.check()
