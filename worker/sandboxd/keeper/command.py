"""One running command: its output, its input, its signals and its end."""

import asyncio
import contextlib
import os
import signal
from typing import IO

from worker.sandboxd import processes
from worker.sandboxd.egress import Egress
from worker.sandboxd.errors import InvalidRequest
from worker.sandboxd.keeper import frames
from worker.sandboxd.keeper.netns import NetworkNamespace
from worker.sandboxd.keeper.output import Fanout, Tail
from worker.sandboxd.keeper.spawn import Request, Started, readable, writable

_CHUNK = 64 << 10
# After the end, output that a straggler still holds open is waited for this long.
_LINGER = 1.0
_SHELL_SIGNAL = 128


class Command:
    """A command of this sandbox."""

    def __init__(self, pid: int, request: Request, started: Started, egress: Egress) -> None:
        self.pid = pid
        self.request = request
        self.egress = egress
        self.namespace: NetworkNamespace | None = None
        self.fanout = Fanout()
        #: A server's readers may have left long ago when it ends; those of any other command wait for its end.
        self.tail = Tail()
        #: Why it was killed, in Connect's words for the stream: (code, sentence); none: it wasn't, or by request.
        self.verdict: tuple[str, str] | None = None
        self.signalled: int | None = None
        self._started = started
        self._input = started.process.stdin
        self._input_turn = asyncio.Lock()

    @property
    def port(self) -> int | None:
        """The port that the command was told to serve."""
        text = self.request.environment.get("PORT", "")
        return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 65536 else None

    @property
    def init(self) -> int:
        """The process whose death ends the command, as the machine numbers it."""
        return self._started.init

    def kill(self, verdict: tuple[str, str] | None = None) -> None:
        """Kill all of it."""
        self.verdict = self.verdict or verdict
        self.signalled = signal.SIGKILL
        self._started.kill()

    def signal(self, number: int) -> None:
        """Send a signal to the command's own process."""
        if number == signal.SIGKILL:
            self.kill()
            return
        self.signalled = number
        # Without a box the command itself is `init`; in a box it is its only child.
        boxed = self._started.process.pid != self.init
        targets = processes.children(self.init)[:1] if boxed else [self.init]
        for pid in targets:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    async def write(self, content: bytes) -> None:
        """Write to its standard input, waiting while it doesn't read."""
        async with self._input_turn:
            if self._input is None:
                raise InvalidRequest("Writing to a command: its standard input is closed")
            descriptor = self._input.fileno()
            os.set_blocking(descriptor, False)
            while content:
                try:
                    content = content[os.write(descriptor, content) :]
                except BlockingIOError:
                    await writable(descriptor)
                except BrokenPipeError:
                    raise InvalidRequest("Writing to a command: it closed its standard input") from None

    async def close_input(self) -> None:
        """Tell the command that no more input comes."""
        async with self._input_turn:
            if self._input is not None:
                self._input.close()
                self._input = None

    async def live(self) -> int:
        """Let it run, carry its output, and answer its exit code (negative: the signal) once all of it is gone."""
        process = self._started.process
        assert process.stdout is not None
        assert process.stderr is not None
        pumps = [
            asyncio.create_task(self._pump("stdout", process.stdout)),
            asyncio.create_task(self._pump("stderr", process.stderr)),
        ]
        self._started.release()
        waiting = os.pidfd_open(process.pid)
        try:
            async with asyncio.timeout(self.request.timeout):
                await readable(waiting)
        except TimeoutError:
            self.kill(("deadline_exceeded", "the command was killed at its timeout"))
            await readable(waiting)
        finally:
            os.close(waiting)
        code = process.wait()
        await self._until_namespace_is_empty()
        await asyncio.wait(pumps, timeout=_LINGER)
        for pump in pumps:
            pump.cancel()
        self._close()
        return code

    async def _until_namespace_is_empty(self) -> None:
        # The kernel lets the first process of a pid namespace be reaped only when all others are gone; bubblewrap's
        # outer process may end before that, and then it is ours to reap (the keeper is a subreaper).
        await readable(self._started.handle)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.init, 0)  # noqa: ASYNC222 - it has ended: nothing to wait for

    def end(self, code: int, out_of_memory: bool) -> None:
        """Tell the readers how it ended."""
        number = self._signal_of(code, out_of_memory)
        status = f"signal: {_name(number)}" if number else f"exit status {code}"
        told: dict[str, object] = {"exitCode": -1 if number else code, "exited": not number, "status": status}
        if number or code:
            told["error"] = status
        self.fanout.finish(frames.event({"end": told}), frames.last(self.verdict))

    def _signal_of(self, code: int, out_of_memory: bool) -> int | None:
        # bubblewrap reports a signal as 128 + number, like a shell; a program may exit with such a number itself.
        if code < 0:
            return -code
        number = code - _SHELL_SIGNAL
        if out_of_memory and number == signal.SIGKILL:
            return number
        return number if self.signalled == number else None

    async def _pump(self, stream: str, source: IO[bytes]) -> None:
        descriptor = source.fileno()
        os.set_blocking(descriptor, False)
        while True:
            await readable(descriptor)
            with contextlib.suppress(BlockingIOError):
                content = os.read(descriptor, _CHUNK)
                if not content:
                    return
                self.fanout.write(stream, content)
                if self.port is not None:
                    self.tail.write(content)

    def _close(self) -> None:
        process = self._started.process
        for stream in (process.stdout, process.stderr, self._input):
            if stream is not None:
                stream.close()
        self._input = None
        os.close(self._started.handle)
        if self.namespace is not None:
            self.namespace.close()


def _name(number: int) -> str:
    return (signal.strsignal(number) or f"signal {number}").lower()
