"""The host's side of keepers: having one born, asking it, streaming from it, noticing that it died."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from worker.sandboxd import processes
from worker.sandboxd.doors import short_address
from worker.sandboxd.errors import IsolationMissing, KeeperGone, error_of_code
from worker.sandboxd.keeper.main import SOCKET, read_record
from worker.sandboxd.keeper.order import Order
from worker.sandboxd.keeper.server import LONGEST_LINE
from worker.sandboxd.keeper.spawn import readable

_BIRTH_SECONDS = 30.0
_ANSWER_SECONDS = 30.0
_END_SECONDS = 10.0


class Nursery:
    """The process that forks keepers."""

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self._process = process
        self._channel = channel
        self._turn = asyncio.Lock()

    async def bear(self, order: Order) -> None:
        """Have a keeper born; when this returns, its socket listens."""
        answer = await self._exchange(order.dump())
        if "error" in answer:
            raise KeeperGone(f"Starting a sandbox's keeper: {answer['error']}")

    async def close(self) -> None:
        """End the nursery; the keepers stay."""
        self._channel.close()
        await self._process.wait()

    async def introduce(self, mounts: Mapping[Path, Path]) -> None:
        """Tell which folders to mount."""
        line = json.dumps({str(top): str(place) for top, place in mounts.items()}).encode() + b"\n"
        answer = await self._exchange(line)
        if "error" in answer:
            raise IsolationMissing(
                f"Letting sandboxes reach the data folder: {answer['error']}; "
                "choose a DATA_DIR below folders that everybody may pass through"
            )

    async def _exchange(self, line: bytes) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        answer = b""
        async with self._turn, asyncio.timeout(_BIRTH_SECONDS):
            await loop.sock_sendall(self._channel, line)
            while not answer.endswith(b"\n"):
                piece = await loop.sock_recv(self._channel, 4096)
                if not piece:
                    raise KeeperGone("Starting a sandbox's keeper: the process that starts them ended")
                answer += piece
        found: dict[str, Any] = json.loads(answer)
        return found


async def open_nursery(mounts: Mapping[Path, Path]) -> Nursery:
    """Start the nursery."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    paths = os.pathsep.join(path for path in sys.path if path)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        # Nothing is imported from the folder that the host was started in.
        "-P",
        "-m",
        "worker.sandboxd.keeper.nursery",
        stdin=theirs.fileno(),
        # Nothing of the host's environment: keepers need none of it.
        env={"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    theirs.close()
    nursery = Nursery(process, ours)
    await nursery.introduce(mounts)
    return nursery


class KeeperLink:
    """One sandbox's keeper, found by the sandbox's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pid(self) -> int | None:
        """The living keeper's process; none when it is gone."""
        found = read_record(self._folder)
        pid = found.get("pid")
        if not isinstance(pid, int) or found.get("boot") != processes.boot_id():
            return None
        return pid if processes.start_time(pid) == found.get("start") else None

    async def is_over(self, pid: int | None) -> bool:
        """Whether the keeper that was this process has ended; one that hung up is waited for, it may be dying."""
        if pid is None or pid != self.pid():
            return True
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            async with asyncio.timeout(_END_SECONDS):
                await readable(handle)
        except TimeoutError:
            return False
        finally:
            os.close(handle)
        return True

    async def ask(self, op: str, **fields: object) -> dict[str, Any]:
        """Ask for one answer; raises the error that the keeper tells, or KeeperGone."""
        async with self.open(op, **fields) as (reader, _):
            async with asyncio.timeout(_ANSWER_SECONDS if op != "input" else None):
                line = await reader.readline()
        if not line:
            raise KeeperGone(f"Asking a sandbox's keeper ({op}): it went away")
        answer: dict[str, Any] = json.loads(line)
        if error := answer.get("error"):
            raise error_of_code(str(error["code"]), str(error["message"]))
        return answer

    @asynccontextmanager
    async def open(self, op: str, **fields: object) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Ask for a stream; raises KeeperGone when it breaks off, inside the block too."""
        try:
            with short_address(self._folder / SOCKET) as address:
                reader, writer = await asyncio.open_unix_connection(address, limit=LONGEST_LINE)
        except OSError as problem:
            raise KeeperGone(f"Asking a sandbox's keeper ({op}): {problem.strerror or problem}") from problem
        try:
            writer.write(json.dumps({"op": op, **fields}).encode() + b"\n")
            await writer.drain()
            yield reader, writer
        except ConnectionError as problem:
            raise KeeperGone(f"Asking a sandbox's keeper ({op}): {problem.strerror or problem}") from problem
        finally:
            writer.close()

    def kill(self) -> None:
        """Kill the keeper itself; its boxes die with it."""
        pid = self.pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
