"""SIGTERM as a value: asked once, end in good order; asked again, end at once."""

import os
import select
import signal
import time
from types import FrameType

#: Seconds in which a second signal is the same request: service managers signal the whole group, and so do we.
SAME = 1.0


class Stopping:
    """Counts the requests to end. Waits on it end early, in every thread, since they watch a pipe and no lock."""

    def __init__(self) -> None:
        self.times = 0
        self._asked_at = 0.0
        self._read, self._write = os.pipe()

    def install(self) -> None:
        """From now on SIGTERM and SIGINT are requests."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    @property
    def urgent(self) -> bool:
        """True once it was asked a second time."""
        return self.times > 1

    def ask(self) -> bool:
        """Notes a request; False when it only repeats the one of a moment ago. Safe in a signal handler."""
        now = time.monotonic()
        if self.times and now - self._asked_at < SAME:
            return False
        self.times += 1
        self._asked_at = now
        os.write(self._write, b".")
        return True

    def wait(self, seconds: float) -> bool:
        """Waits until asked, or for `seconds`; True once asked."""
        if not self.times:
            select.select([self._read], [], [], seconds)
        return self.times > 0

    def close(self) -> None:
        """Closes the pipe."""
        os.close(self._read)
        os.close(self._write)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.ask()
