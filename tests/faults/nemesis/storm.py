"""A whole house in a storm: people work on it while the nemesis strikes; then all comes to rest, and is counted."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from engine.compose import compose
from engine.settings import read_settings
from engine.store import schema
from engine.store.database import Database
from tests.faults.nemesis.auditor import Auditor
from tests.faults.nemesis.checker import Checker
from tests.faults.nemesis.load import Load, Size, people_of
from tests.faults.nemesis.nemesis import Nemesis
from tests.faults.rooms import Rooms, rooms_in
from tests.postgres import RunningPostgres

#: Short, so that whoever dies is followed soon; a lease must still outlast a pause of a busy machine.
INTERVALS = {
    "LEASE": "4",
    "HEARTBEAT": "0.5",
    "POKE": "0.3",
    "OUTBOX": "0.1",
    "DEADLINES": "0.5",
    "RUNNER": "0.5",
    "RETRY": "0.3",
    "DRAIN": "1",
    "ROUTES": "0.1",
    "MISSED": "2",
    "REAPER": "1",
}
#: Longer than the lease.
FROZEN = 5.0
#: Seconds in which everything must come to rest after the last fault.
PATIENCE = 240.0

#: All calls but those by which people open, close and reopen pull requests.
OURS = r"^(?!/repos/[^/]+/[^/]+/pulls(/\d+)?$)"
#: What goes wrong at GitHub: each call may fail before its effect, after it, late, or be refused for a while.
RULES = [
    {"method": "POST", "path": OURS, "fault": "cut", "chance": 0.08},
    {"method": "PATCH", "path": OURS, "fault": "cut", "chance": 0.08},
    {"method": "*", "path": OURS, "fault": "error_502", "chance": 0.06},
    {"method": "*", "path": OURS, "fault": "error_500", "chance": 0.03},
    {"method": "*", "path": OURS, "fault": "cut_before", "chance": 0.03},
    {"method": "*", "path": OURS, "fault": "slow", "chance": 0.03, "seconds": 2},
    {"method": "POST", "path": OURS, "fault": "too_many", "times": 2, "chance": 0.05, "seconds": 2},
    {"method": "POST", "path": OURS, "fault": "secondary_limit", "times": 2, "chance": 0.05, "seconds": 2},
    {"method": "*", "path": OURS, "fault": "unauthorized", "times": 2, "chance": 0.02},
    {"method": "WEBHOOK", "path": ".", "fault": "twice", "chance": 0.1},
    {"method": "WEBHOOK", "path": ".", "fault": "slow", "chance": 0.1, "seconds": 2},
    {"method": "WEBHOOK", "path": ".", "fault": "lost", "chance": 0.05},
]


@dataclass(frozen=True)
class Storm:
    """One house, its people, and what disturbs them."""

    rooms: Rooms
    load: Load
    nemesis: Nemesis
    auditor: Auditor
    checker: Checker
    database: Database

    def blow(self, strikes: int, pause: tuple[float, float], seed: int) -> int:
        """Strikes so often, with pauses between (seconds, from and to), while people work; GitHub's faults."""
        self.auditor.turn(RULES, seed)
        self.load.start()
        for _ in range(strikes):
            self._tend_for(self.nemesis.dice.uniform(*pause))
            self.nemesis.strike()
        self.tend_until(self.load.done.is_set, "people have done their work")
        self.nemesis.rest()
        hits = self.auditor.end_faults()
        assert self.load.error is None, self.load.error
        return hits

    def come_to_rest(self) -> None:
        """Returns when nothing moves any more."""
        self.tend_until(self.checker.at_rest, "everything comes to rest")

    def nothing_left(self) -> Callable[[], bool]:
        """True when no sandbox lives; asked after every pull request was closed."""
        folder = self.rooms.data_dir / "sandboxes"
        return lambda: not any(folder.iterdir())

    def tend_until(self, condition: Callable[[], bool], what: str) -> None:
        """Keeps the rooms running until then."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self.nemesis.tend()
            if time.monotonic() > end:
                raise AssertionError(f"waited {PATIENCE:g} s for: {what}\n{self.state()}")
            self._tend_for(0.2)

    def state(self) -> str:
        """What stands in the way of rest."""
        with self.database.read() as connection:
            live = schema.jobs.c.state.in_(["pending", "running"])
            jobs = connection.execute(select(schema.jobs).where(live)).all()
            late = connection.execute(
                select(schema.outbox).where(schema.outbox.c.posted < schema.outbox.c.version)
            ).all()
        return "\n".join(map(str, [*jobs, *late, *self.checker.missing()[:5], *self.checker.unfinished()[:5]]))

    def jobs(self) -> dict[str, int]:
        """How many jobs ended how."""
        with self.database.read() as connection:
            rows = connection.execute(select(schema.jobs.c.state, func.count()).group_by(schema.jobs.c.state))
            return {state: int(count) for state, count in rows}

    def _tend_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            self.nemesis.tend()
            time.sleep(min(0.05, end - now))


@contextmanager
def storm(
    folder: Path,
    size: Size,
    dice: random.Random,
    database_url: str = "",
    *,
    postgres: RunningPostgres | None = None,
    severe: bool = False,
) -> Iterator[Storm]:
    """A house that is up, with everything prepared and nothing done. A severe storm kills applications too, and meets
    a house with a second clock: two of every loop, two senders.
    """
    settings = {f"SLIPWAY_{name}_SECONDS": value for name, value in INTERVALS.items()}
    settings |= {"DATABASE_URL": database_url} if database_url else {}
    with rooms_in(folder / "data", **settings) as rooms:
        rooms.open_grounds(PLAYGROUND_FAULTS="1")
        rooms.open_rooms(second_clock=severe)
        facts = rooms.facts()
        known = read_settings(dict(rooms.house.environment) | rooms.app_settings())
        assert known.github is not None
        engine = compose(known)
        people = people_of(facts)
        auditor = Auditor(facts["web_url"], facts["api_url"], people, known.github)
        load = Load(people, folder / "clones", size, dice)
        load.prepare()
        checker = Checker(engine.database, auditor, known, load.pulls)
        yield Storm(rooms, load, Nemesis(rooms, dice, FROZEN, postgres, severe), auditor, checker, engine.database)
        engine.database.close()
        engine.wakeups.close()
        auditor.close()
        load.shut()
