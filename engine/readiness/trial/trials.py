"""Trials: one more start of what a preview serves, beside it. Nothing of one stays, whatever dies."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from engine.domain.job import Job
from engine.errors import StageFailed
from engine.pipeline.kept_plan import given_in, start_of
from engine.pipeline.launch import PORTS, Launch
from engine.pipeline.revision import Revision, Turn
from engine.readiness.facts import NoTrial, Trial
from engine.readiness.trial.leftovers import TRIAL_TAG, copy_of, end_earlier, owner_of, remove_copies
from engine.readiness.trial.narrator import TrialNarrator, Yielded
from engine.readiness.trial.place import NO_PLAN, TrialPlace, why_yield
from engine.readiness.trial.run import Asked, TrialRun
from engine.sandboxes.port import Sandbox, Sandboxes, SandboxGone
from engine.settings import Settings
from engine.store.database import Database
from engine.variables.preview import Given, PreviewVariables
from engine.variables.variables import variables_of
from engine.work.handler import Running

#: Seconds between SIGTERM and SIGKILL: what platforms grant.
GRACE = 10.0
GONE = NoTrial("its preview's sandbox is gone")


@dataclass(frozen=True)
class Trials:
    """Tries commits where they are served. Called in a job of the preview's order, so that nobody else is at work."""

    database: Database
    sandboxes: Sandboxes
    settings: Settings
    grace: float = GRACE
    clock: Callable[[], float] = field(default=time.time)

    def run(self, place: TrialPlace, job: Job, running: Running, asked: Asked) -> Trial | NoTrial:
        """Raises Superseded, LeaseLost, Unreachable; whatever happens, what was started is ended if the host answers.

        What an attempt that died has left is ended first.
        """
        start = start_of(place.kept.text)
        if start is None:
            return NO_PLAN
        plan, environment_key = start
        revision = Revision(
            build_id=place.build.id,
            plan=plan,
            environment_key=environment_key,
            generation=place.preview.generation,
            turn=_turn(place, job),
            tags={TRIAL_TAG: job.subject},
            owner=owner_of(job),
            dispensable=True,
        )
        try:
            variables = PreviewVariables(self.database, variables_of(self.settings))
            given = variables.again(given_in(place.kept.text))
            sandbox = self.sandboxes.connect(place.preview.sandbox_id)
            # Whoever has lost its lease ends nothing that another started.
            running.note(lambda connection: None)
            end_earlier(sandbox, job, revision.turn)
            remove_copies(sandbox)
            return self._in(sandbox, self._run_of(place, sandbox, revision, given, job, running), asked)
        except StageFailed as failure:
            return NoTrial(failure.cause.sentence)
        except SandboxGone:
            return GONE
        except Yielded as why:
            return NoTrial(str(why))

    def clean(self, place: TrialPlace, job: Job) -> None:
        """Ends what an attempt left of a trial that nobody needs any more. Raises OutsideError."""
        sandbox = self.sandboxes.connect(place.preview.sandbox_id)
        end_earlier(sandbox, job, _turn(place, job))
        remove_copies(sandbox)

    def _in(self, sandbox: Sandbox, trial: TrialRun, asked: Asked) -> Trial | NoTrial:
        try:
            return trial.run(asked)
        finally:
            sandbox.stop(trial.revision.owns, 0)
            # Its own alone: should another attempt have begun, that one's tests run in theirs.
            remove_copies(sandbox, copy_of(trial.revision))

    def _run_of(
        self, place: TrialPlace, sandbox: Sandbox, revision: Revision, given: Given, job: Job, running: Running
    ) -> TrialRun:
        def why() -> str:
            with self.database.read() as connection:
                return why_yield(connection, place, job.id)

        host = urlsplit(self.settings.preview_url(place.preview.label)).netloc
        return TrialRun(
            sandbox=sandbox,
            revision=revision,
            wanted=Launch(_port(place.kept.port), host, self.settings.startup_timeout, variables=given.bundle.values),
            narrator=TrialNarrator(running, why, given.bundle.hidden),
            memory=lambda: self.sandboxes.memory_used(sandbox.id),
            kills=lambda: self.sandboxes.memory_kills(sandbox.id),
            limit_mb=self.settings.memory_limit_mb,
            grace=self.grace,
            clock=self.clock,
        )


def _turn(place: TrialPlace, job: Job) -> Turn:
    """Before any turn of the next build, which therefore ends what this one leaves."""
    return Turn(place.build.number, place.preview.deaths, job.fence)


def _port(serving: int) -> int:
    """Far from those that the next versions get."""
    return PORTS[(PORTS.index(serving) + len(PORTS) // 2) % len(PORTS)] if serving in PORTS else PORTS[-1]
