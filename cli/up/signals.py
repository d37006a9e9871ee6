"""Waiting that ends early when somebody asks the supervisor to stop, or when a process of its ends."""

import os
import select
import signal
from types import FrameType, TracebackType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """The supervisor's ear, for the main thread: `with Signals() as signals:`."""

    def __init__(self) -> None:
        #: How often it was asked to stop.
        self.asked = 0

    def __enter__(self) -> "Signals":
        self._hear, self._tell = os.pipe()
        os.set_blocking(self._hear, False)
        os.set_blocking(self._tell, False)
        self._handlers = {number: signal.signal(number, self._note) for number in (*STOPPING, signal.SIGCHLD)}
        self._wakeup = signal.set_wakeup_fd(self._tell, warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.close(self._hear)
        os.close(self._tell)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in STOPPING:
            self.asked += 1

    def wait(self, seconds: float) -> None:
        """Waits, but not after a signal."""
        ready, _, _ = select.select([self._hear], [], [], seconds)
        if ready:
            os.read(self._hear, 4096)
