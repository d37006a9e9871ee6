"""Tells SQL how a job's build goes: each stage is visible to everybody at once."""

import time
from collections.abc import Callable

from sqlalchemy import Connection

from engine.domain.build import STAGE_LABELS, BuildState, may_follow
from engine.pipeline.kept_plan import text_of
from engine.pipeline.revision import Revision
from engine.store import builds
from engine.store.log_writer import LogWriter
from engine.work.handler import Running


class JobNarrator:
    """The Narrator of a build job."""

    def __init__(self, build_id: str, running: Running, log: LogWriter, clock: Callable[[], float] = time.time) -> None:
        self._build_id = build_id
        self._running = running
        self._log = log
        self._clock = clock

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins; a second attempt of the job walks through stages that the first has announced."""
        self._running.check()

        def effects(connection: Connection) -> None:
            build = builds.by_id(connection, self._build_id)
            if build is not None and may_follow(build.state, state):
                builds.advance(connection, self._build_id, state, message, self._clock())
            else:
                builds.say(connection, self._build_id, f"{message} (tried again)")

        self._running.note(effects)
        self._log.line(f"── {STAGE_LABELS[state]}")

    def line(self, text: str) -> None:
        """A line of our own in the log."""
        self._log.line(text)

    def output(self, data: bytes) -> None:
        """Output of a command."""
        self._log.write(data)

    def tail(self) -> list[str]:
        """What the running command says."""
        return self._log.tail()

    def planned(self, revision: Revision, port: int) -> None:
        """Keeps the plan with the build."""
        plan, text = revision.plan, text_of(revision)
        self._running.note(lambda connection: builds.keep_plan(connection, self._build_id, plan=text, port=port))
        self._log.line(f"Detected {plan.framework}: {'; '.join(plan.evidence) or 'as slipway.yml says'}.")

    def check(self) -> None:
        """Raises Superseded or LeaseLost when the build should end."""
        self._running.check()
