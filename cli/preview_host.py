"""A sandbox host of our own for one `slipway preview`, in a data folder that nobody else uses meanwhile."""

import fcntl
import itertools
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cli.up.ports import free_port
from engine.errors import ConfigurationError, OutsideError, Unreachable
from engine.sandboxes.e2b import E2bHost, E2bSandboxes
from engine.settings import Secret

#: Seconds that the host may take to start, and to end.
START_PATIENCE = 60.0
END_PATIENCE = 20.0


@dataclass(frozen=True)
class SandboxHost:
    """A running sandbox host."""

    sandboxes: E2bSandboxes


@contextmanager
def own_host(base: Path, environment: Mapping[str, str]) -> Iterator[SandboxHost]:
    """Starts `python -m worker.sandboxd` and ends it; its package caches stay below `base` for the next time."""
    with _free_folder(base) as folder:
        port, key = free_port(), secrets.token_hex(24)
        settings = {"DATA_DIR": str(folder), "SANDBOXD_PORT": str(port), "SANDBOXD_API_KEY": key}
        with (folder / "host.log").open("w+b") as log:
            process = subprocess.Popen(
                # -P: the folder that somebody stands in, which may be anybody's code, is not imported from.
                [sys.executable, "-P", "-m", "worker.sandboxd"],
                env=dict(environment) | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal must not end it before its sandbox is gone.
                start_new_session=True,
            )
            try:
                host = E2bHost(Secret(key), f"http://127.0.0.1:{port}", folder)
                yield SandboxHost(_answering(E2bSandboxes(host), process, log))
            finally:
                _end(process)


def _answering(sandboxes: E2bSandboxes, process: subprocess.Popen[bytes], log: IO[bytes]) -> E2bSandboxes:
    end = time.monotonic() + START_PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            sandboxes.registries()
        except OutsideError:
            time.sleep(0.02)
        else:
            return sandboxes
    log.seek(0)
    said = log.read().decode(errors="replace").strip()[-2000:]
    if process.poll() == 2:
        raise ConfigurationError(said.splitlines() or ["starting a sandbox host: it refused to start"])
    raise Unreachable(f"starting a sandbox host: it did not answer\n{said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _free_folder(base: Path) -> Iterator[Path]:
    """The first numbered folder that no other `slipway preview` holds; a lock that dies with us."""
    for number in itertools.count():
        folder = base / str(number)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder
            return
