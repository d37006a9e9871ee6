"""What trials leave when their worker dies, known by its tag and its folder, and how it goes."""

from collections.abc import Mapping

from engine.domain.job import Job
from engine.pipeline.cleaning import REMOVE_TIMEOUT
from engine.pipeline.revision import BUILD_TAG, HOME, TRIALS, Revision, Turn, turn_of
from engine.sandboxes.port import Command, Sandbox

#: Names the inspection in each process of a trial. Such a process is no build's: its build tag is the job's.
TRIAL_TAG = "SLIPWAY_TRIAL"


def owner_of(job: Job) -> str:
    """The build tag of the processes of a job's trial."""
    return f"{job.subject}.{job.id}"


def inspection_in(environment: Mapping[str, str]) -> str:
    """The inspection whose trial started a process; empty: none did."""
    return environment.get(TRIAL_TAG, "")


def end_earlier(sandbox: Sandbox, job: Job, turn: Turn) -> None:
    """Ends what other trials and earlier attempts of this one left; never what a later attempt started."""
    mine = owner_of(job)

    def left(environment: Mapping[str, str]) -> bool:
        other = environment.get(BUILD_TAG, "") != mine
        return inspection_in(environment) != "" and (other or turn_of(environment) < turn)

    sandbox.stop(left, 0)


def copy_of(revision: Revision) -> str:
    """Where a trial's copy of the files lies: another place for each attempt."""
    return f"{TRIALS}/{revision.owner}.{revision.turn.fence}"


def remove_copies(sandbox: Sandbox, folder: str = TRIALS) -> None:
    """Removes copies of files that trials made: all, or one."""
    sandbox.run(Command(("rm", "-rf", "--", folder), HOME, timeout=REMOVE_TIMEOUT), lambda data: None)
