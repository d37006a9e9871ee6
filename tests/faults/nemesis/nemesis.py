"""The nemesis: kills, freezes and ends processes at random, and takes away what they lean on. Its seed is printed."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.faults.rooms import OURS, Rooms
from tests.postgres import RunningPostgres
from tests.stories.house import mentioning

PASSWORD = "nobody-knows"
#: In the command line of a sandbox's keeper.
KEEPER = "worker.sandboxd.keeper"


def descendants(pid: int) -> list[int]:
    """The processes below one, children first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    found = [int(child) for child in children]
    return found + [each for child in found for each in descendants(child)]


@dataclass
class Later:
    """Something to be undone at a moment (monotonic seconds)."""

    at: float
    undo: Callable[[], None]


@dataclass
class Nemesis:
    """Does one thing at a time, when asked to. `frozen` seconds is how long a stopped process stays so."""

    rooms: Rooms
    dice: random.Random
    frozen: float
    postgres: RunningPostgres | None = None
    #: True when the applications of previews are killed too.
    severe: bool = False
    #: What was done, and how often.
    done: Counter[str] = field(default_factory=Counter)
    _later: list[Later] = field(default_factory=list)

    def strike(self) -> None:
        """One fault, chosen by the dice."""
        faults: list[tuple[Callable[[], None], int]] = [
            (self._kill_a_room, 3),
            (self._kill_below_worker, 5),
            (self._freeze, 2),
            (self._end_a_room, 1),
            (self._kill_sandbox_host, 1),
            (self._kill_redis, 2),
            (self._flush_redis, 1),
            (self._freeze_redis, 1),
            (self._spoil_redis, 1),
        ]
        if self.postgres is not None:
            faults.append((self._kill_postgres, 1))
        if self.severe:
            faults.append((self._kill_a_keeper, 1))
        chosen = self.dice.choices([act for act, _ in faults], [weight for _, weight in faults])[0]
        chosen()

    def tend(self) -> None:
        """Undoes what is due, and starts again what has ended. To be called often, from the main thread."""
        now = time.monotonic()
        for each in [each for each in self._later if each.at <= now]:
            self._later.remove(each)
            each.undo()
        self.rooms.tend()

    def rest(self) -> None:
        """Undoes everything: from here on nobody is disturbed."""
        for each in self._later:
            each.undo()
        self._later.clear()
        self.rooms.tend()

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return sum(count for what, count in self.done.items() if what.startswith("kill"))

    def _kill_a_room(self) -> None:
        name = self.dice.choice(OURS)
        self.done[f"kill {name}"] += 1
        _signal(self.rooms.pid(name), signal.SIGKILL)

    def _kill_below_worker(self) -> None:
        """A lane or a work-horse."""
        below = descendants(self.rooms.pid("worker"))
        if below:
            self.done["kill lane or work-horse"] += 1
            _signal(self.dice.choice(below), signal.SIGKILL)

    def _kill_sandbox_host(self) -> None:
        self.done["kill sandboxes"] += 1
        _signal(self.rooms.pid("sandboxes"), signal.SIGKILL)

    def _kill_a_keeper(self) -> None:
        """What keeps a sandbox's processes, and with it the application."""
        keepers = [pid for pid in mentioning(self.rooms.data_dir) if KEEPER in _command_line(pid)]
        if keepers:
            self.done["kill keeper"] += 1
            _signal(self.dice.choice(sorted(keepers)), signal.SIGKILL)

    def _end_a_room(self) -> None:
        """As a service manager does: to the whole group."""
        name = self.dice.choice(OURS)
        self.done[f"term {name}"] += 1
        with suppress(ProcessLookupError):
            os.killpg(self.rooms.pid(name), signal.SIGTERM)

    def _freeze(self) -> None:
        """Longer than a lease lasts: whoever wakes up finds that the world went on."""
        name = self.dice.choice(OURS)
        victims = descendants(self.rooms.pid(name)) if name == "worker" else [self.rooms.pid(name)]
        if not victims:
            return
        victim = self.dice.choice(victims)
        self.done[f"freeze {name}"] += 1
        _signal(victim, signal.SIGSTOP)
        self._undo(lambda: _signal(victim, signal.SIGCONT))

    def _kill_redis(self) -> None:
        self.done["kill redis"] += 1
        _signal(self.rooms.pid("redis"), signal.SIGKILL)

    def _freeze_redis(self) -> None:
        self.done["freeze redis"] += 1
        pid = self.rooms.pid("redis")
        _signal(pid, signal.SIGSTOP)
        self._undo(lambda: _signal(pid, signal.SIGCONT))

    def _flush_redis(self) -> None:
        self.done["flush redis"] += 1
        self._say_to_redis("FLUSHALL")

    def _spoil_redis(self) -> None:
        """Read-only, or behind a password that nobody knows."""
        if self.dice.random() < 0.5:
            self.done["redis read-only"] += 1
            self._say_to_redis("REPLICAOF 127.0.0.1 1")
            self._undo(lambda: self._say_to_redis("REPLICAOF NO ONE"))
        else:
            self.done["redis wrong password"] += 1
            self._say_to_redis(f"CONFIG SET requirepass {PASSWORD}", "CLIENT KILL TYPE normal")
            self._undo(lambda: self._say_to_redis("CONFIG SET requirepass ''", password=PASSWORD))

    def _kill_postgres(self) -> None:
        assert self.postgres is not None
        self.done["kill postgres"] += 1
        self.postgres.kill()
        self.postgres.start()

    def _say_to_redis(self, *commands: str, password: str | None = None) -> None:
        """One that is frozen or gone doesn't hear it; nor need it, since it forgets everything when it starts."""
        with Redis(unix_socket_path=str(self.rooms.redis_socket), socket_timeout=1, password=password) as client:
            for command in commands:
                with suppress(RedisError):
                    client.execute_command(*command.replace("''", "").split(" "))

    def _undo(self, undo: Callable[[], None]) -> None:
        self._later.append(Later(time.monotonic() + self.frozen, undo))


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
