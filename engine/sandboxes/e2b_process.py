"""A process that was started through the `e2b` SDK, listened to by a thread."""

import threading
from collections.abc import Callable

from e2b import CommandExitException, CommandHandle

from engine.errors import OutsideError
from engine.sandboxes.e2b_errors import heard_out, translated
from engine.sandboxes.port import Finished
from engine.sandboxes.strands import Strands

#: What begins the sentence when its stream breaks.
LISTENING = "listening to a process in the sandbox"


class E2bProcess:
    """The Process port."""

    def __init__(self, handle: CommandHandle[None], on_output: Callable[[bytes], None]) -> None:
        self._handle = handle
        self._strands = Strands(self._tell)
        self._on_output: Callable[[bytes], None] | None = on_output
        self._over = threading.Event()
        self._finished: Finished | None = None
        self._lost: OutsideError | None = None
        # A daemon: a server outlives whoever started it, and this thread with it.
        threading.Thread(target=self._listen, name=f"sandbox-{handle.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process id inside the sandbox."""
        return int(self._handle.pid)

    def ended(self) -> Finished | None:
        """How it ended, None while it runs. Raises SandboxGone or Unreachable when the stream broke."""
        if self._lost is not None:
            raise self._lost
        return self._finished

    def wait(self, seconds: float) -> Finished | None:
        """How it ended, as soon as it does; None when it still runs after `seconds`."""
        self._over.wait(seconds)
        return self.ended()

    def detach(self) -> None:
        """No more output is wanted; the stream is left at its next piece. What came before is told."""
        self._strands.finish()
        self._on_output = None

    def _tell(self, data: bytes) -> None:
        on_output = self._on_output
        if on_output is not None:
            on_output(data)

    def _listen(self) -> None:
        try:
            with translated(LISTENING):
                self._read()
        except OutsideError as error:
            self._lost = error
        finally:
            self._over.set()

    def _read(self) -> None:
        try:
            if self._hear_out():
                heard_out(LISTENING, self._handle.wait)
                self._finished = Finished(0)
        except CommandExitException as ended:
            self._finished = finished_of(ended.exit_code, ended.error)

    def _hear_out(self) -> bool:
        """Tells everything, before the process counts as ended; False when nobody listens any more."""
        try:
            for stdout, stderr, _ in self._handle:
                if self._on_output is None:
                    self._handle.disconnect()
                    return False
                self._strands.write("stderr" if stderr else "stdout", stdout or stderr or "")
        finally:
            self._strands.finish()
        return True


def finished_of(exit_code: int, error: str | None) -> Finished:
    """How a command ended. Nobody but the memory limit kills what we didn't (`signal: killed`)."""
    return Finished(exit_code, out_of_memory=error == "signal: killed")
