"""The gateway as a process: it starts, refuses bad settings, keeps its memory, and ends when told."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.preview import Preview
from engine.store import migrate
from tests.access.world import World
from tests.gateway.origin import Origin
from tests.gateway.running import request, until
from tests.gateway.wire import Wire
from tests.ports import free_port

MEGABYTE = 1 << 20


class Process:
    """`python -m bot.gateway`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = free_port()
        given = {
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "GATEWAY_PORT": str(self.port),
            "PATH": os.environ["PATH"],
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.gateway"], env=given, stderr=subprocess.PIPE, text=True
        )

    def answers(self) -> bool:
        """True once it listens."""
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def most_memory(self) -> int:
        """Bytes that it ever held."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def end_by_itself(self) -> tuple[int, str]:
        """Its exit code and what it said, without being told to end."""
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said

    def end(self) -> tuple[int, str]:
        """Its exit code and what it said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.end_by_itself()


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[World]:
    """A world whose tables were made by the migrations."""
    world = World(tmp_path, make=migrate.upgrade)
    yield world
    world.close()


@pytest.fixture
def process(migrated: World, tmp_path: Path) -> Iterator[Process]:
    """A gateway that listens."""
    made = Process(migrated.database.url, tmp_path)
    until(made.answers, 20)
    yield made
    made.end()


@pytest.fixture
def preview(migrated: World, origin: Origin) -> Preview:
    """A public preview."""
    made = migrated.preview(access="public")
    migrated.serve(made, origin.upstream)
    return made


def test_a_hundred_megabytes_pass_both_ways_in_little_memory(process: Process, preview: Preview) -> None:
    host = f"{preview.label}.localhost"
    until(lambda: _status(process, host) == 200)
    before = process.most_memory()
    with Wire(process.port) as wire:
        wire.send(request(host, "/big?n=" + str(100 * MEGABYTE)))
        assert wire.head()[0] == 200
        assert sum(len(wire.file.read(MEGABYTE)) for _ in range(100)) == 100 * MEGABYTE
        wire.send(request(host, "/up", "POST", {"Content-Length": str(100 * MEGABYTE)}))
        for _ in range(100):
            wire.send(b"z" * MEGABYTE)
        assert wire.answer().json["body"] == 100 * MEGABYTE
    assert process.most_memory() - before < 20 * MEGABYTE


def test_a_visitor_who_does_not_read_fills_no_memory(process: Process, preview: Preview, origin: Origin) -> None:
    host = f"{preview.label}.localhost"
    until(lambda: _status(process, host) == 200)
    before = process.most_memory()
    with Wire(process.port) as wire:
        wire.send(request(host, "/big?n=" + str(100 * MEGABYTE)))
        assert wire.head()[0] == 200
        until(lambda: not origin.moving())
        assert process.most_memory() - before < 20 * MEGABYTE
        assert origin.sent < 60 * MEGABYTE


def test_it_ends_when_told_and_leaves_no_trace(process: Process) -> None:
    code, said = process.end()
    assert code == 0
    assert "Traceback" not in said


def test_it_refuses_a_database_that_was_not_migrated(tmp_path: Path) -> None:
    code, said = Process(f"sqlite:///{tmp_path}/new.sqlite3", tmp_path).end_by_itself()
    assert code == 2
    assert "slipway admin migrate" in said


def _status(process: Process, host: str) -> int:
    with Wire(process.port) as wire:
        wire.send(request(host))
        return wire.answer().status
