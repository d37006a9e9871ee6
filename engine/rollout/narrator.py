"""Tells SQL and the log how a release goes: each state is visible everywhere at once."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.build import STAGE_LABELS, BuildState
from engine.domain.release import DeployState, may_follow
from engine.errors import Superseded
from engine.pipeline.revision import Revision
from engine.store import releases
from engine.store.log_writer import LogWriter
from engine.work.handler import Running

#: The release's state while a stage of its build or launch goes on.
STATES = {
    BuildState.SOURCE: DeployState.BUILDING,
    BuildState.DEPENDENCIES: DeployState.BUILDING,
    BuildState.BUILD: DeployState.BUILDING,
    BuildState.LAUNCHING: DeployState.DEPLOYING,
}


@dataclass(frozen=True)
class DeployNarrator:
    """The Narrator of a deploy job."""

    release_id: str
    running: Running
    log: LogWriter
    clock: Callable[[], float]
    #: Raises when the deploy's lock went to somebody else.
    lock: Callable[[], None]

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins."""
        self.reach(STATES[state], message)
        self.log.line(f"── {STAGE_LABELS[state]}")

    def reach(self, state: DeployState, message: str) -> None:
        """The release stands there, if it may; a second attempt, and a release made of an old bundle, only say so."""
        self.check()

        def effects(connection: Connection) -> None:
            release = releases.known_by(connection, self.release_id)
            if may_follow(release.state, state):
                releases.advance(connection, self.release_id, state, message, self.clock())
            else:
                releases.say(connection, self.release_id, message)

        self.running.note(effects)

    def line(self, text: str) -> None:
        """A line of our own in the log."""
        self.log.line(text)

    def output(self, data: bytes) -> None:
        """Output of a command."""
        self.log.write(data)

    def tail(self) -> list[str]:
        """What the running command says."""
        return self.log.tail()

    def planned(self, revision: Revision, port: int) -> None:
        """What was detected; the plan is kept once the bundle is whole."""
        plan = revision.plan
        self.log.line(f"Detected {plan.framework}: {'; '.join(plan.evidence) or 'as slipway.yml says'}.")

    def check(self) -> None:
        """Raises Superseded or LeaseLost when the deploy should end."""
        self.running.check()
        self.lock()


@dataclass(frozen=True)
class QuietNarrator:
    """Tells the log alone: of a release that is over, and is started again or gone back to."""

    running: Running
    log: LogWriter

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins."""
        self.check()
        self.log.line(f"── {message}")

    def line(self, text: str) -> None:
        """A line of our own."""
        self.log.line(text)

    def output(self, data: bytes) -> None:
        """Output of a command."""
        self.log.write(data)

    def tail(self) -> list[str]:
        """What the running command says."""
        return self.log.tail()

    def planned(self, revision: Revision, port: int) -> None:
        """The plan is known."""

    def check(self) -> None:
        """Raises LeaseLost only: nobody stops what sets something right."""
        heed_lease(self.running)


def heed_lease(running: Running) -> None:
    """Raises LeaseLost when the job is no longer ours; that it should end is left to its end."""
    try:
        running.check()
    except Superseded:
        return
