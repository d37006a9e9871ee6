"""Starting one command: the box is built, held until its network and limits stand, then let go."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from worker.sandboxd.errors import InvalidRequest
from worker.sandboxd.isolation.bwrap import HOME, TMP, command_options, wrapped
from worker.sandboxd.keeper.order import Order

_PATIENCE = 30.0


@dataclass(frozen=True)
class Request:
    """A command as it was asked for."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    cwd: str
    stdin: bool
    tag: str | None = None
    #: Seconds after which the command is killed; none: never.
    timeout: float | None = None


@dataclass(frozen=True)
class Started:
    """A command that is built and held; `release` lets it go."""

    process: subprocess.Popen[bytes]
    #: The first process of its pid namespace: when it dies, all die. Without a box, the command itself.
    init: int
    #: Refers to `init` whatever its number is given to later.
    handle: int
    _hold: int | None

    def release(self) -> None:
        """Let the command run."""
        if self._hold is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._hold, b"x")
            os.close(self._hold)

    def kill(self) -> None:
        """Kill everything that the command started; nothing of it can answer or escape."""
        with contextlib.suppress(ProcessLookupError):
            if self._hold is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)


async def start(order: Order, request: Request) -> Started:
    """Build the box of a command; raises InvalidRequest with bubblewrap's words when it can't be built."""
    if not order.isolated:
        return _start_bare(order, request)
    environment = _environment(order, request)
    options = _options_file([*order.options, *command_options(request.cwd, environment)])
    info_read, info_write = os.pipe()
    hold_read, hold_write = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: ASYNC220 - a fork of milliseconds; the loop has no way to drop to a user
            [
                *(order.bwrap, "--args", str(options), "--info-fd", str(info_write), "--block-fd", str(hold_read)),
                *("--", *wrapped(request.command, order.ulimits)),
            ],
            # bubblewrap itself runs outside the box: nothing that a command chose may reach its environment.
            env={},
            cwd="/",
            stdin=subprocess.PIPE if request.stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(options, info_write, hold_read),
            start_new_session=True,
            user=order.uid,
            group=order.uid,
            extra_groups=None if order.uid is None else [],
        )
    except OSError:
        os.close(info_read)
        os.close(hold_write)
        raise
    finally:
        for descriptor in (options, info_write, hold_read):
            os.close(descriptor)
    init = await _first_process(info_read, process, hold_write)
    return Started(process, init, os.pidfd_open(init), hold_write)


def _start_bare(order: Order, request: Request) -> Started:
    root = Path(order.directory) / "root"
    cwd = root / request.cwd.lstrip("/") if request.cwd.startswith((HOME, TMP)) else Path(request.cwd)
    if not cwd.is_dir():
        raise InvalidRequest(f"Starting a command: cwd '{request.cwd}' does not exist")
    process = subprocess.Popen(
        wrapped(request.command, order.ulimits),
        env=_environment(order, request),
        cwd=cwd,
        stdin=subprocess.PIPE if request.stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    return Started(process, process.pid, os.pidfd_open(process.pid), None)


def _environment(order: Order, request: Request) -> dict[str, str]:
    if any("\0" in word for word in request.command):
        raise InvalidRequest("Starting a command: it contains a NUL")
    for name, value in request.environment.items():
        if not name or "=" in name or "\0" in name + value:
            raise InvalidRequest(f"Starting a command: {name!r} can't be an environment variable")
    return {**order.environment, **request.environment}


def _options_file(words: list[str]) -> int:
    # Not in argv, which every user of the machine can read: the words hold the command's environment.
    descriptor = os.memfd_create("options")
    content = b"".join(word.encode() + b"\0" for word in words)
    while content:
        content = content[os.write(descriptor, content) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


async def _first_process(info: int, process: subprocess.Popen[bytes], hold: int) -> int:
    text = b""
    try:
        async with asyncio.timeout(_PATIENCE):
            while not text.rstrip().endswith(b"}"):
                await readable(info)
                piece = os.read(info, 4096)
                if not piece:
                    raise InvalidRequest(f"Starting a command: {_last_words(process)}")
                text += piece
    except (TimeoutError, InvalidRequest):
        os.close(hold)
        process.kill()
        process.wait()
        raise
    finally:
        os.close(info)
    return int(json.loads(text)["child-pid"])


def _last_words(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    said = process.stderr.read(4096).decode(errors="replace").strip()
    return said or "the box was not built"


async def readable(descriptor: int) -> None:
    """Wait until a read won't block."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


async def writable(descriptor: int) -> None:
    """Wait until a write won't block."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(descriptor, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_writer(descriptor)
