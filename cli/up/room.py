"""A room as a process: started, watched, started again when it dies, ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli.up import tether
from cli.up.logbook import Logbook

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: A room that lived this long, in seconds, starts again with the first pause.
STEADY = 60.0


@dataclass(frozen=True)
class RoomSpec:
    """What a room is."""

    name: str
    argv: tuple[str, ...]
    #: Exactly these variables.
    environment: Mapping[str, str] = field(repr=False)
    #: True once it does its work. Asked again and again while everything starts; takes a second at most.
    healthy: Callable[[], bool]
    #: Seconds from SIGTERM to SIGKILL.
    grace: float = 4.0
    #: A word of its log that says that it has started; empty for rooms that are asked through their door.
    starting_word: str = ""
    #: Whether its warnings are for the terminal; the log has them in any case.
    loud: bool = True


class Room:
    """One room's process. Every method is called from the main thread (see `tether`)."""

    def __init__(self, spec: RoomSpec, logbook: Logbook) -> None:
        self.spec = spec
        self.logbook = logbook
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = FIRST_PAUSE
        self._start_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the process, in a session of its own: Ctrl-C reaches the supervisor alone, which keeps the order."""
        argv = [sys.executable, "-I", "-S", str(Path(tether.__file__)), str(os.getpid()), *self.spec.argv]
        self._process = subprocess.Popen(
            argv,
            env=self.spec.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._reader = self.logbook.follow(self._process.stdout, self.spec.starting_word)
        self._started_at = time.monotonic()
        self._start_at = None

    def healthy(self) -> bool:
        """True once it does its work."""
        return self.logbook.heard and self.spec.healthy()

    def exit_code(self) -> int | None:
        """How the process ended; None while it runs."""
        return None if self._process is None else self._process.poll()

    def last_words(self) -> list[str]:
        """The end of what an ended process printed."""
        self._reader.join(1)
        return self.logbook.newest()

    def tend(self, now: float) -> str:
        """Starts a dead process again after a pause that doubles; answers what there is to say, mostly nothing."""
        code = self.exit_code()
        if code is None:
            return ""
        if self._start_at is None:
            self.kill()
            steady = now - self._started_at >= STEADY
            self._pause = FIRST_PAUSE if steady else self._pause
            self._start_at = now + self._pause
            said = (
                f"{self.spec.name} {how_it_ended(code)}; starting it again in {self._pause:g} s ({self.logbook.path})"
            )
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return said
        if now >= self._start_at:
            self.start()
        return ""

    def ask_to_end(self) -> None:
        """Sends SIGTERM to the process itself: it knows best how to end what it started."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Ends the process with all that is left in its group."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Closes the log, after the end."""
        if self._process is not None:
            self._reader.join(1)
        self.logbook.close()


def how_it_ended(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
