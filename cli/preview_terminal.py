"""What `slipway preview` shows: for people, or one JSON object a line."""

import json
import sys
import threading
import time
from collections import deque
from dataclasses import asdict
from typing import Protocol

import click

from engine.domain.build import STAGE_LABELS, BuildState
from engine.domain.plan import AppPlan
from engine.errors import Cause
from engine.pipeline.narrator import Narrator
from engine.pipeline.revision import Revision
from engine.store.log_text import LineCutter, cleaned

#: Lines of the log that are shown when something failed.
SHOWN = 30
TAIL = 200


class Watcher(Narrator, Protocol):
    """A narrator that also says how it all ended."""

    @property
    def exit_code(self) -> int:
        """0 when it was ready."""
        ...

    def ready(self, url: str) -> None:
        """It answers at `url`."""
        ...

    def failed(self, cause: Cause) -> None:
        """It doesn't."""
        ...

    def ended(self) -> None:
        """Somebody ended it."""
        ...


class _Watching:
    """What both ways of showing keep: the plan, the times, the lines of the running command."""

    def __init__(self) -> None:
        self.exit_code = 1
        self.started = time.monotonic()
        self.plan: AppPlan | None = None
        self._cutter = LineCutter()
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._lock = threading.Lock()

    def seconds(self) -> float:
        """Since the start."""
        return round(time.monotonic() - self.started, 3)

    def planned(self, revision: Revision, port: int) -> None:
        """Remembers the plan."""
        self.plan = revision.plan

    def tail(self) -> list[str]:
        """What the running command says."""
        with self._lock:
            return [*self._tail, *map(cleaned, self._cutter.peek())]

    def lines_of(self, data: bytes) -> list[str]:
        """The lines that are whole by now."""
        with self._lock:
            lines = [cleaned(line) for line in self._cutter.cut(data)]
            self._tail.extend(lines)
        return lines

    def begin(self) -> None:
        """A line of our own: what comes now is of the next command."""
        with self._lock:
            self._cutter.rest()
            self._tail.clear()

    def check(self) -> None:
        """Nobody but Ctrl-C ends it."""

    def ended(self) -> None:
        """Ended by Ctrl-C: after it was ready, that is how it should end."""


#: What a reader of JSON waits for.
OUTCOMES = frozenset({"ready", "failed"})


class JsonLines(_Watching):
    """One object a line on standard output; nothing else is written there."""

    def __init__(self) -> None:
        super().__init__()
        self._over = False

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins."""
        self._tell("stage", stage=state.value, message=message, seconds=self.seconds())

    def line(self, text: str) -> None:
        """A line of our own."""
        self.begin()
        self._tell("note", text=text)

    def output(self, data: bytes) -> None:
        """Output of a command."""
        for line in self.lines_of(data):
            self._tell("log", line=line)

    def ready(self, url: str) -> None:
        """It answers at `url`."""
        self.exit_code = 0
        plan = asdict(self.plan) | {"files": sorted(self.plan.files)} if self.plan else {}
        self._tell("ready", url=url, seconds=self.seconds(), plan=plan)

    def failed(self, cause: Cause) -> None:
        """It doesn't."""
        self.exit_code = 1
        self._tell("failed", cause=cause.sentence, fix=cause.fix)

    def _tell(self, event: str, **facts: object) -> None:
        with self._lock:
            # Whoever reads to the outcome finds it last: what the application says from then on is its own affair.
            if self._over and event not in OUTCOMES:
                return
            self._over = event in OUTCOMES
            sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
            sys.stdout.flush()


class Terminal(_Watching):
    """Stages with their seconds; the log of what failed; the application's own log while it serves."""

    def __init__(self) -> None:
        super().__init__()
        self._stage: BuildState | None = None
        self._since = self.started
        self._serving = False

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins; the one before is shown with how long it took."""
        self._close_stage()
        self._stage = state

    def line(self, text: str) -> None:
        """A line of our own."""
        self.begin()

    def planned(self, revision: Revision, port: int) -> None:
        """Says what was detected."""
        super().planned(revision, port)
        plan = revision.plan
        click.echo(f"  {plan.framework}: {'; '.join(plan.evidence) or 'as slipway.yml says'}")

    def output(self, data: bytes) -> None:
        """Output of a command: shown while it serves, kept before."""
        for line in self.lines_of(data):
            if self._serving:
                click.echo(f"  {line}")

    def ready(self, url: str) -> None:
        """It answers at `url`."""
        self.exit_code = 0
        self._close_stage()
        self._serving = True
        click.echo(f"Ready in {self.seconds():.1f} s: {url}  (Ctrl-C ends it)")

    def failed(self, cause: Cause) -> None:
        """It doesn't: what it said last, then why."""
        self.exit_code = 1
        for line in self.tail()[-SHOWN:] if not self._serving else ():
            click.echo(f"  {line}", err=True)
        where = f" ({STAGE_LABELS[self._stage].lower()})" if self._stage else ""
        click.echo(f"Failed after {self.seconds():.1f} s{where}: {cause.sentence}", err=True)
        if cause.fix:
            click.echo(cause.fix, err=True)

    def _close_stage(self) -> None:
        now = time.monotonic()
        if self._stage is not None:
            click.echo(f"✓ {STAGE_LABELS[self._stage]:<26} {now - self._since:6.2f} s")
        self._stage, self._since = None, now
