"""Hears what a trial's commands say, and ends the trial when somebody else needs the sandbox."""

import threading
from collections.abc import Callable, Iterable

from engine.domain.build import BuildState
from engine.errors import Superseded
from engine.pipeline.revision import Revision
from engine.settings import Secret
from engine.store.log_text import LineCutter, plain, shortened
from engine.variables.redaction import Redactor
from engine.variables.worked_with import WORKED_WITH
from engine.work.handler import Running

#: Lines that are kept of one command.
KEPT = 4000


class Yielded(Superseded):
    """The trial makes way; its sentence says for what."""


class TrialNarrator:
    """The Narrator of a trial. `why_yield` asks SQL why the trial should make way; empty: it needn't."""

    def __init__(self, running: Running, why_yield: Callable[[], str], hidden: Iterable[Secret]) -> None:
        self._running = running
        self._why_yield = why_yield
        self._redactor = Redactor(hidden)
        WORKED_WITH.remember(self._redactor.values)
        self._lock = threading.Lock()
        self._cutter = LineCutter()
        self._lines: list[str] = []

    def enter(self, state: BuildState, message: str) -> None:
        """The commit's build has told its stages; a trial has none."""
        self.check()

    def line(self, text: str) -> None:
        """A command begins: what was said before isn't its own."""
        self.forget()

    def output(self, data: bytes) -> None:
        """Output of a command; called from any thread."""
        with self._lock:
            self._lines += map(plain, self._cutter.cut(data))
            del self._lines[:-KEPT]

    def tail(self) -> list[str]:
        """What the command has said, with nothing in it that is to be hidden."""
        with self._lock:
            lines = [*self._lines, *map(plain, self._cutter.peek())]
        return [shortened(line) for line in self._redactor.lines(lines)]

    def hidden(self, text: str) -> str:
        """The text with nothing in it that is to be hidden."""
        return self._redactor.text(text)

    def forget(self) -> None:
        """Begins anew."""
        with self._lock:
            self._lines.clear()

    def planned(self, revision: Revision, port: int) -> None:
        """Its build has a plan already."""

    def check(self) -> None:
        """Raises Superseded (Yielded among them) or LeaseLost when the trial should end."""
        self._running.check()
        why = self._why_yield()
        if why:
            raise Yielded(why)
