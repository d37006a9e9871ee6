"""One trial in a sandbox: start, questions, SIGTERM, tests, each measured."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.detect.routes.route import Route
from engine.errors import Cause, StageFailed
from engine.pipeline import causes
from engine.pipeline.launch import Launch, Live, launch
from engine.pipeline.probe import Answered, probe
from engine.pipeline.revision import Revision
from engine.readiness.facts import EndpointAnswer, LogError, NoTrial, Trial
from engine.readiness.trial.endpoints import TIMEOUT, ask_all
from engine.readiness.trial.log import errors_in
from engine.readiness.trial.narrator import TrialNarrator
from engine.readiness.trial.own_tests import OwnTests
from engine.readiness.trial.testing import run_tests
from engine.sandboxes.port import Finished, Sandbox

MEGABYTE = 1 << 20
#: The part of the sandbox's memory that may be in use once there are two of the application.
ROOM = 0.9
#: Seconds until the end of a process is told once its host says that it is gone.
TOLD = 5.0
NO_ROOM = "the sandbox has no memory for a second start beside the one that serves"


@dataclass(frozen=True)
class Asked:
    """What a trial is asked."""

    routes: Sequence[Route] = ()
    #: The tests, or why there are none to run.
    tests: OwnTests | str = ""


@dataclass(frozen=True)
class TrialRun:
    """Everything that one trial needs."""

    sandbox: Sandbox
    revision: Revision
    wanted: Launch
    narrator: TrialNarrator
    #: Bytes that the sandbox uses now; None: nobody can say.
    memory: Callable[[], int | None]
    #: How many processes the memory limit has ended in the sandbox so far; None: nobody can say.
    kills: Callable[[], int | None]
    limit_mb: int
    #: Seconds between SIGTERM and SIGKILL.
    grace: float
    #: Unix seconds.
    clock: Callable[[], float]

    def run(self, asked: Asked) -> Trial | NoTrial:
        """Raises Superseded and LeaseLost when it is to end, OutsideError; what it started is its caller's to end."""
        before = self.memory()
        if before is not None and 2 * before > ROOM * self.limit_mb * MEGABYTE:
            return NoTrial(NO_ROOM, memory_mb=_megabytes(before), memory_limit_mb=self.limit_mb)
        killed = self.kills()
        tried = self._tried(asked, before)
        # Whatever was ended for want of memory, one application by itself might have had enough.
        return NoTrial(NO_ROOM) if self.kills() != killed else tried

    def _tried(self, asked: Asked, before: int | None) -> Trial | NoTrial:
        at, begun = self.clock(), time.monotonic()
        try:
            live = launch(self.sandbox, self.revision, self.wanted, self.narrator)
        except StageFailed as failure:
            return self._never_well(failure.cause, at, time.monotonic() - begun)
        tried = self._asked(live, asked.routes, at, time.monotonic() - begun, before)
        if isinstance(tried, NoTrial):
            return tried
        ran, why = run_tests(self.sandbox, self.revision, asked.tests, self.narrator)
        return replace(tried, tests=ran, no_tests=why)

    def _never_well(self, cause: Cause, at: float, took: float) -> Trial | NoTrial:
        if cause.code == "out_of_memory":
            return NoTrial(NO_ROOM)
        trial = self._trial(at, took, self.revision.plan.health_path, 0)
        return replace(trial, trouble=self.narrator.hidden(cause.sentence), errors=self._errors())

    def _asked(
        self, live: Live, routes: Sequence[Route], at: float, took: float, before: int | None
    ) -> Trial | NoTrial:
        answer = probe(live.upstream, self.wanted.host, live.health_path, TIMEOUT)
        trial = self._trial(at, took, live.health_path, answer.status if isinstance(answer, Answered) else 0)
        endpoints = self._endpoints(live, routes)
        ended = live.process.ended()
        if ended is not None and ended.out_of_memory:
            return NoTrial(NO_ROOM)
        memory = None if ended is not None else self._grown(before)
        trial = replace(trial, memory_mb=memory, endpoints=endpoints, errors=self._errors())
        if ended is not None:
            return replace(trial, trouble=self._why_ended(ended))
        code, seconds = self._stop(live)
        return replace(trial, stop_code=code, stop_seconds=seconds)

    def _endpoints(self, live: Live, routes: Sequence[Route]) -> tuple[EndpointAnswer, ...]:
        def go_on() -> bool:
            self.narrator.check()
            return live.process.ended() is None

        return ask_all(routes, live.upstream, self.wanted.host, go_on)

    def _stop(self, live: Live) -> tuple[int | None, float]:
        """The exit code after SIGTERM, None when it had to be killed; the seconds that it took."""
        begun = time.monotonic()
        self.sandbox.stop(self.revision.owns, self.grace)
        took = time.monotonic() - begun
        finished = live.process.wait(TOLD)
        killed = finished is None or took >= self.grace
        return None if killed or finished is None else finished.exit_code, round(took, 2)

    def _grown(self, before: int | None) -> float | None:
        after = self.memory()
        return None if before is None or after is None or after <= before else _megabytes(after - before)

    def _errors(self) -> tuple[LogError, ...]:
        return errors_in(self.narrator.tail(), self.revision.folder)

    def _why_ended(self, ended: Finished) -> str:
        cause = causes.ended_while_serving(ended, self.narrator.tail(), self.revision.folder)
        return self.narrator.hidden(f"{cause.sentence.rstrip('.')}.")

    def _trial(self, at: float, took: float, path: str, status: int) -> Trial:
        return Trial(
            at=at,
            start_seconds=round(took, 2),
            health_path=path,
            health_status=status,
            stop_code=None,
            stop_seconds=0.0,
            memory_limit_mb=self.limit_mb,
        )


def _megabytes(count: int) -> float:
    return round(count / MEGABYTE, 1)
