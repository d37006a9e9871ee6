"""Plays one run after the other: `python -m tests.faults.crash.theatre`, told what by lines of JSON.

A process of its own, since it forks: each run's processes are children of it, which has no threads.
"""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.front import open_front
from engine.logging import configure
from engine.pipeline.sandbox_choice import PREVIEW_KEY
from engine.settings import read_settings
from engine.store import previews
from tests.faults.crash.databases import databases_at
from tests.faults.crash.ending import Ending
from tests.faults.crash.fuse import KILLED, Fuse, Side
from tests.faults.crash.hub import Hub
from tests.faults.crash.kinds import KINDS, Kind
from tests.faults.crash.life import Life, begin
from tests.faults.crash.scenes import Case
from tests.stories.person import Person

#: When the first process starts on the clock of leases, and how much later the next: after every lease's end.
FIRST, LATER = 1000.0, 200.0

#: The script leaves something for a fix to do.
SITE = {"index.html": "<h1>site</h1>", "tool.py": "print(1)\n"}
BROKEN = SITE | {"slipway.yml": "start: [sh, -c, 'echo it breaks; exit 3']\n"}


@dataclass(frozen=True)
class Played:
    """How a run went."""

    #: What happened at the point where the process died; empty: it lived to its end.
    died_at: str
    #: Points that were counted by a process that lived.
    points: int
    wrong: list[str]


class Theatre:
    """Everything outside of the processes that die."""

    def __init__(self, environment: dict[str, str], person: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.databases = databases_at(environment.get("DATABASE_URL", ""), folder)
        owner = Person(**person)
        self.hubs = {
            broken: Hub(owner, folder / name, files, f"{name}-{folder.name}".lower())
            for broken, name, files in ((False, "site", SITE), (True, "broken", BROKEN))
        }
        # No connection and no sandbox client in this process: what it holds, each fork would hold too.
        front = open_front(read_settings(environment | {"DATABASE_URL": self.databases.fresh()}))
        for hub in self.hubs.values():
            hub.installation_id, _ = front.forge.find(hub.full_name)
        front.clients.close()

    def play(self, kind: Kind, at: int, side: Side) -> Played:
        """One run: a process that dies at a point, one that goes on after it; whoever lives looks at the end."""
        case = kind.begin(self.hubs[kind.broken])
        url = self.databases.fresh()
        ended = self._child(lambda told: self._first(kind, case, url, Fuse(at, side, told_to=told)))
        died_at = ended.said if ended.killed else ""
        if ended.killed:
            ended = self._child(lambda told: self._next(kind, case, url))
        self.databases.drop(url)
        if ended.code:
            return Played(died_at, 0, [f"a process ended with {ended.code}:\n{ended.said}"])
        told = json.loads(ended.said)
        return Played(died_at, told["points"], told["wrong"])

    def _first(self, kind: Kind, case: Case, url: str, fuse: Fuse) -> str:
        life = begin(self.environment | {"DATABASE_URL": url}, fuse, kind.armed, FIRST)
        life.disarmed(lambda: kind.before(life, case))
        kind.act(life, case)
        return self._look(kind, case, life)

    def _next(self, kind: Kind, case: Case, url: str) -> str:
        life = begin(self.environment | {"DATABASE_URL": url}, Fuse(), kind.armed, FIRST + LATER)
        kind.act(life, case)
        return self._look(kind, case, life)

    def _look(self, kind: Kind, case: Case, life: Life) -> str:
        """How many points there were and what is wrong, as JSON; the sandboxes of the run are ended."""
        wrong = Ending(life.store.database, life.sandboxes, life.settings, case).wrong(kind.expected)
        with life.store.database.read() as connection:
            preview = previews.by_pull_request(connection, int(case.hub.repository["id"]), case.pull.number)
        for sandbox_id in life.sandboxes.find({PREVIEW_KEY: preview.id}) if preview else ():
            life.sandboxes.kill(sandbox_id)
        return json.dumps({"points": len(life.fuse.points), "wrong": wrong})

    def _child(self, work: Callable[[int], str]) -> "Ended":
        """Does something in a child process."""
        hear, told = os.pipe()
        pid = os.fork()
        if not pid:
            _be_the_child(work, told)
        os.close(told)
        with os.fdopen(hear) as pipe:
            said = pipe.read().strip()
        return Ended(said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


@dataclass(frozen=True)
class Ended:
    """How a child ended, and what it said."""

    said: str
    code: int

    @property
    def killed(self) -> bool:
        """True when its fuse burnt."""
        return self.code == KILLED


def _be_the_child(work: Callable[[int], str], told: int) -> None:
    """Never returns: what belongs to the parent must not be ended twice."""
    code = 1
    try:
        os.write(told, work(told).encode())
        code = 0
    except BaseException:
        os.write(told, traceback.format_exc().encode())
    finally:
        os._exit(code)


def main() -> None:
    """Reads `{"kind", "at", "side"}` a line, answers with how it went."""
    configure("crash")
    orders = sys.stdin
    facts: dict[str, Any] = json.loads(orders.readline())
    kinds = {kind.name: kind for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        theatre = Theatre(facts["environment"], facts["person"], Path(folder))
        print("{}", flush=True)
        for line in orders:
            order = json.loads(line)
            played = theatre.play(kinds[order["kind"]], int(order["at"]), Side(order["side"]))
            print(json.dumps(vars(played)), flush=True)


if __name__ == "__main__":
    main()
