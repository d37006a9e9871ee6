"""Runs programs on this machine, each in a process group of its own that dies as a whole."""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from engine.errors import Unreachable
from engine.shell.port import Output

#: How much is read at once, in bytes.
CHUNK = 1 << 16


class RealShell:
    """The Shell port over `subprocess`."""

    def run(
        self,
        argv: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        limit: int = 1 << 30,
        stdin: bytes = b"",
    ) -> Output:
        """Runs to the end with exactly `environment`. Raises Unreachable after `timeout` seconds or `limit` bytes."""
        # A file, not a pipe: a program that answers before it has read everything can't block us.
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            process = _started(argv, folder, environment, given)
            try:
                end = time.monotonic() + timeout
                stdout, stderr = _collected(process, argv[0], end, limit)
                return Output(_exit_code(process, argv[0], end), stdout, stderr)
            finally:
                _end(process)


def _started(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str], given: IO[bytes]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(argv),
            cwd=folder,
            env=dict(environment),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise Unreachable(f"starting {argv[0]}: {error.strerror or error}") from error


def _collected(process: subprocess.Popen[bytes], name: str, end: float, limit: int) -> tuple[bytes, bytes]:
    """Both outputs until the program closes them."""
    assert process.stdout is not None
    assert process.stderr is not None
    parts: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as selector:
        for stream, said in parts.items():
            selector.register(stream, selectors.EVENT_READ, said)
        while selector.get_map():
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise Unreachable(f"running {name}: it was not done in time and was ended")
            for key, _ in ready:
                chunk = os.read(key.fd, CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                key.data.extend(chunk)
            if sum(map(len, parts.values())) > limit:
                raise Unreachable(f"running {name}: it said more than {limit} bytes and was ended")
    return bytes(parts[process.stdout]), bytes(parts[process.stderr])


def _exit_code(process: subprocess.Popen[bytes], name: str, end: float) -> int:
    """Of a program that has closed its outputs, which is not yet its end."""
    try:
        return process.wait(max(0.01, end - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise Unreachable(f"running {name}: it was not done in time and was ended") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills what is left of the group, also children of a program that has ended by itself."""
    # Nobody is left; on macOS a group of zombies answers with "not permitted".
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
