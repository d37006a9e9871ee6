"""The launch stage: starts a revision on a port and asks its health path until it answers well."""

import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.domain.build import BuildState
from engine.errors import Cause, LeaseLost, StageFailed, Superseded
from engine.pipeline import causes
from engine.pipeline.narrator import Narrator
from engine.pipeline.probe import Answered, Silent, probe
from engine.pipeline.revision import Revision
from engine.sandboxes.port import Process, Sandbox, Upstream
from engine.settings import Secret

#: Ports that applications are started on, one after the other, so that two revisions can run side by side.
PORTS = range(3001, 3101)
#: Seconds between probes: short at first, since most applications are up at once.
FIRST_WAIT = 0.005
LONGEST_WAIT = 0.1
#: Seconds that one probe may take, and seconds of the same bad status after which waiting longer is no use.
PROBE_TIMEOUT = 10.0
STEADY = 10.0
#: Seconds between two looks at whether the build is still wanted.
LOOK = 0.5


@dataclass(frozen=True)
class Launch:
    """How an application is started and asked."""

    port: int
    #: The Host that visitors will use.
    host: str
    #: Seconds until it must answer well.
    startup_timeout: float
    #: Asked in their order: one that answers 404 gives way to the next. Empty: the plan's own.
    health_paths: tuple[str, ...] = ()
    #: Given to the application alone, in its environment.
    variables: Mapping[str, Secret] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Live:
    """An application that answers."""

    upstream: Upstream
    process: Process
    port: int
    #: The path that answered well.
    health_path: str


def port_for(number: int, taken: int) -> int:
    """The port of the `number`-th build, another than the one that is `taken` by the revision that serves."""
    first = PORTS[number % len(PORTS)]
    return first if first != taken else PORTS[(number + 1) % len(PORTS)]


def next_port(taken: int) -> int:
    """Another port than `taken`, for the same version started anew."""
    return PORTS[(PORTS.index(taken) + 1) % len(PORTS)] if taken in PORTS else PORTS[0]


def launch(sandbox: Sandbox, revision: Revision, launch: Launch, narrator: Narrator) -> Live:
    """Starts the application, without a way out; answers once it is healthy. Raises StageFailed with a named cause."""
    narrator.enter(BuildState.LAUNCHING, f"Starting the application on port {launch.port}")
    sandbox.allow_egress(())
    command = revision.command(revision.plan.start, launch.port, launch.variables)
    narrator.line(f"$ {shlex.join(revision.plan.start)}")
    process = sandbox.start(command, narrator.output)
    try:
        path = _await_health(process, sandbox.upstream(launch.port), revision, launch, narrator)
    except (Superseded, LeaseLost, StageFailed):
        sandbox.stop(revision.owns, 0)
        raise
    return Live(sandbox.upstream(launch.port), process, launch.port, path)


def ask_health(upstream: Upstream, host: str, paths: Sequence[str], timeout: float) -> tuple[str, Answered | Silent]:
    """The path that decides, and its answer: the first that isn't 404, else the last. `timeout` is for each."""
    for path in paths:
        answer = probe(upstream, host, path, timeout)
        if not isinstance(answer, Answered) or answer.status != 404:
            break
    return path, answer


def _await_health(process: Process, upstream: Upstream, revision: Revision, launch: Launch, narrator: Narrator) -> str:
    started = looked = time.monotonic()
    wait = FIRST_WAIT
    steady = _Steady()
    paths = launch.health_paths or (revision.plan.health_path,)
    while True:
        finished = process.wait(wait)
        if finished is not None:
            raise StageFailed(causes.ended_early(finished, narrator.tail(), revision.folder))
        now = time.monotonic()
        if now - looked >= LOOK:
            looked = now
            narrator.check()
        left = started + launch.startup_timeout - now
        path, answer = ask_health(upstream, launch.host, paths, max(0.1, min(left, PROBE_TIMEOUT)))
        if isinstance(answer, Answered) and answer.well:
            return path
        if left <= 0 or steady.after(answer, now):
            raise StageFailed(_why_unhealthy(path, answer, revision, launch, narrator))
        wait = min(wait * 1.15, LONGEST_WAIT)


class _Steady:
    """Notices an application that is up and goes on answering the same wrong status."""

    def __init__(self) -> None:
        self._status = 0
        self._since = 0.0

    def after(self, answer: Answered | Silent, now: float) -> bool:
        """True once the status has been the same for long enough. 503 means "not yet" (RFC 9110)."""
        status = answer.status if isinstance(answer, Answered) else 0
        if status != self._status:
            self._status, self._since = status, now
        return status not in (0, 503) and now - self._since >= STEADY


def _why_unhealthy(
    path: str, answer: Answered | Silent, revision: Revision, launch: Launch, narrator: Narrator
) -> Cause:
    tail = narrator.tail()
    if isinstance(answer, Answered):
        setting = "health_check_path" if launch.health_paths else "health_path"
        return causes.unhealthy(path, answer.status, tail, revision.folder, setting)
    return causes.nothing_listens(launch.port, launch.startup_timeout, tail)
