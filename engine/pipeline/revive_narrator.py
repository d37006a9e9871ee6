"""Tells the build's log how its application is started again; the build itself is over and says nothing new."""

from engine.domain.build import BuildState
from engine.pipeline.revision import Revision
from engine.store.log_writer import LogWriter
from engine.work.handler import Running


class ReviveNarrator:
    """The Narrator of a revive job."""

    def __init__(self, running: Running, log: LogWriter) -> None:
        self._running = running
        self._log = log

    def enter(self, state: BuildState, message: str) -> None:
        """The launch begins."""
        self._running.check()
        self._log.line(f"── {message}")

    def line(self, text: str) -> None:
        """A line of our own."""
        self._log.line(text)

    def output(self, data: bytes) -> None:
        """What the application says."""
        self._log.write(data)

    def tail(self) -> list[str]:
        """What the application says last."""
        return self._log.tail()

    def planned(self, revision: Revision, port: int) -> None:
        """The plan is the build's."""

    def check(self) -> None:
        """Raises Superseded or LeaseLost when it is not to be started any more."""
        self._running.check()
