"""The theatre as tests use it: asks for runs, and says what came out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.faults.crash.fuse import Side
from tests.faults.rooms import ROOT, Rooms


@dataclass(frozen=True)
class Run:
    """How a run went."""

    at: int
    side: Side
    #: What happened where the process died; empty: it lived.
    died_at: str
    points: int
    wrong: list[str]


class Theatre:
    """A running theatre process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """One order, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the theatre ended with {self._process.wait()}: its log tells why"
        return dict(json.loads(answer))

    def play(self, kind: str, at: int = 0, side: Side = Side.AFTER) -> Run:
        """One run of a kind, dying at a point (0: at none)."""
        return Run(at, side, **self.ask({"kind": kind, "at": at, "side": side}))

    def crash_everywhere(self, kind: str, sides: tuple[Side, ...], *, first: int = 1, step: int = 1) -> list[Run]:
        """Dies at each point in turn, from the `first` on, until a process lives to its end."""
        runs: list[Run] = []
        for side in sides:
            at = first
            while not runs or runs[-1].died_at or runs[-1].side is not side:
                runs.append(self.play(kind, at, side))
                at += step
        return runs


@contextmanager
def theatre(rooms: Rooms, database_url: str = "") -> Iterator[Theatre]:
    """A theatre around rooms whose grounds are open."""
    facts = rooms.facts()
    user = next(each for each in facts["users"] if each["login"] == "writer")
    person = {"api_url": facts["api_url"], "web_url": facts["web_url"], "login": "writer", "token": user["token"]}
    environment = dict(rooms.house.environment) | rooms.app_settings() | {"DATABASE_URL": database_url}
    with (rooms.data_dir / "theatre.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.crash.theatre"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        playing = Theatre(process)
        playing.ask({"environment": environment, "person": person | {"slipway_url": "", "slipway_token": ""}})
        yield playing
