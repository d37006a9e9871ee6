"""What rules look at: the fetched tree, the detected plan, the last build, a trial on the preview, the scan."""

from dataclasses import dataclass, field

from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan
from engine.errors import Cause
from engine.project.config import ProjectConfig
from engine.scan.result import ScanResult


@dataclass(frozen=True)
class BuildFacts:
    """The newest build of the commit that is over."""

    id: str
    #: `ready` or `failed`.
    state: str
    cause_code: str = ""
    cause: str = ""
    #: Seconds of each stage that was passed: source, dependencies, build, launching.
    stages: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class LogError:
    """A line of the application's own log that tells of an error."""

    text: str
    #: Where in the repository it happened, as far as the line or its traceback says; empty and 0: unknown.
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class EndpointAnswer:
    """How a GET without parameters was answered, and where its route is written."""

    route: str
    #: 0: nobody answered.
    status: int
    #: Milliseconds.
    took: float
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class TestsRun:
    """The application's own tests, run where it was built."""

    command: tuple[str, ...]
    exit_code: int
    #: Seconds.
    took: float
    timed_out: bool = False
    #: The last lines of what they said.
    tail: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """One more start of what the preview serves, beside it: asked, then told to stop. Stored when it ran."""

    #: Unix seconds.
    at: float
    #: Seconds from start to healthy.
    start_seconds: float
    health_path: str
    health_status: int
    #: The exit code after SIGTERM, None when it had to be killed.
    stop_code: int | None
    #: Seconds from SIGTERM to its end.
    stop_seconds: float
    #: Megabytes at rest; None: it could not be measured here.
    memory_mb: float | None = None
    errors: tuple[LogError, ...] = ()
    endpoints: tuple[EndpointAnswer, ...] = ()
    #: None: they weren't run; `no_tests` says why.
    tests: TestsRun | None = None
    no_tests: str = ""
    #: Why it didn't get well, or ended by itself: one sentence; empty: neither.
    trouble: str = ""
    #: Megabytes that the sandbox has.
    memory_limit_mb: float | None = None


@dataclass(frozen=True)
class NoTrial:
    """Nothing was tried on a preview, and why."""

    why: str
    #: Megabytes that the preview itself uses, where that was in the way; and those that its sandbox has.
    memory_mb: float | None = None
    memory_limit_mb: float | None = None


NO_PREVIEW = NoTrial("no preview of this commit runs")


@dataclass(frozen=True)
class Facts:
    """Everything that is known of one commit."""

    #: The whole repository's; paths of findings are this tree's.
    tree: FileTree
    project: ProjectConfig = field(default_factory=ProjectConfig)
    #: None: nothing that runs was recognised, `undetected` says why.
    plan: AppPlan | None = None
    undetected: Cause | None = None
    #: None: the commit wasn't built.
    build: BuildFacts | None = None
    trial: Trial | NoTrial = NO_PREVIEW
    #: None: nobody scanned.
    scan: ScanResult | None = None
