"""What a program writes to its two streams, as one text in which neither cuts the other's lines apart."""

import threading
from collections.abc import Callable
from typing import Literal

#: Seconds for which one stream waits for the other's line to end.
PATIENCE = 2.0
#: Characters that wait at most.
MOST_HELD = 64 * 1024

Stream = Literal["stdout", "stderr"]


class Strands:
    """Passes pieces on as they come, but those that would come into the middle of the other stream's line.

    They wait for its end: a value that is cut apart by other words isn't recognised, and can't be hidden.
    """

    def __init__(self, on_output: Callable[[bytes], None], patience: float = PATIENCE) -> None:
        self._on_output = on_output
        self._patience = patience
        #: Whose line is open; None: nobody's.
        self._open: Stream | None = None
        self._held = ""
        self._timer: threading.Timer | None = None
        # The timer has a thread of its own.
        self._lock = threading.Lock()

    def write(self, stream: Stream, text: str) -> None:
        """Takes the next piece of a stream."""
        with self._lock:
            if self._open in (None, stream):
                self._speak(stream, text)
            else:
                self._hold(text)

    def finish(self) -> None:
        """Nothing more comes: what waits is passed on."""
        with self._lock:
            self._release()

    def _speak(self, stream: Stream, text: str) -> None:
        whole, newline, rest = text.rpartition("\n")
        if newline:
            self._pass(whole + newline)
            self._open = None
            held, ended, self._held = self._held.rpartition("\n")
            self._pass(held + ended)
        if rest:
            self._pass(rest)
            self._open = stream
        elif self._open is None and self._held:
            self._open, rest, self._held = _other(stream), self._held, ""
            self._pass(rest)
        if not self._held:
            self._stop()

    def _hold(self, text: str) -> None:
        self._held += text
        if len(self._held) > MOST_HELD:
            self._release()
        elif self._timer is None:
            timer = threading.Timer(self._patience, lambda: self._lose_patience(timer))
            timer.daemon = True
            timer.start()
            self._timer = timer

    def _lose_patience(self, timer: threading.Timer) -> None:
        with self._lock:
            # One that was stopped too late, while it waited for the lock, is another line's.
            if timer is self._timer:
                self._release()

    def _release(self) -> None:
        """Ends the open line for what waits behind it."""
        self._stop()
        if self._open is None or not self._held:
            return
        held, self._held = self._held, ""
        self._pass(f"\n{held}")
        self._open = None if held.endswith("\n") else _other(self._open)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _pass(self, text: str) -> None:
        if text:
            self._on_output(text.encode())


def _other(stream: Stream) -> Stream:
    return "stderr" if stream == "stdout" else "stdout"
