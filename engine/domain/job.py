"""A job: one unit that we run. Redis only ever carries its id."""

from dataclasses import dataclass
from enum import StrEnum


class JobKind(StrEnum):
    """What a job does; `engine.work.handlers` joins each kind to its code."""

    INTAKE = "intake"
    BUILD = "build"
    REMOVE = "remove"
    #: Ends a build that somebody cancelled, and proves it; the subject is the build's id.
    CANCEL = "cancel"
    #: Starts a preview's application again that died by itself; the subject is the preview's id.
    REVIVE = "revive"
    #: Brings a release into its environment; the subject is the release's id.
    DEPLOY = "deploy"
    #: Starts an environment's application again: it died, or somebody asked. The subject is the environment's id.
    RESTART = "restart"
    #: Ends everything that an environment runs; the subject is the environment's id.
    RETIRE = "retire"
    #: Looks whether a commit is ready to ship; the subject is the inspection's id.
    INSPECT = "inspect"
    #: Writes a fix on a pull request's branch; the subject is the fix's id.
    FIX = "fix"


class JobState(StrEnum):
    """Where a job stands. A build's state is another thing (engine.domain.build)."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    DEAD = "dead"


#: A job that was tried this often and isn't over is dead.
MAX_ATTEMPTS = 3

OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.SUPERSEDED, JobState.DEAD})


@dataclass(frozen=True)
class Job:
    """A claimed job. `fence` is the claim's number: writes of an older fence change nothing."""

    id: str
    kind: JobKind
    installation_id: int
    #: What the job is about: an inbox key (intake), a build id (build), a preview id (remove), a
    #: release id (deploy), an environment id (restart, retire), an inspection's (inspect) or a fix's (fix).
    subject: str
    #: Jobs of one order key run one at a time; empty: no order.
    order_key: str
    fence: int
    #: 1 for the first try.
    attempts: int
    #: `cancelled` or `superseded` when its end was wanted before this try; else empty.
    stop_wanted: str = ""
    #: True when its deadline has passed: it is to be buried, not run.
    overdue: bool = False
