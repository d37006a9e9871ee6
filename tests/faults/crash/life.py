"""A process of the back room, composed as in production over real adapters, with a fuse in it and a clock of ours."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from engine.compose import QUICK, handlers_of, reporters_of, sandboxes_of
from engine.domain.job import JobKind
from engine.front import open_front
from engine.reaper.reaper import Reaper
from engine.reports.links import Links
from engine.reports.sender import Sender
from engine.sandboxes.port import Sandboxes
from engine.settings import Settings, read_settings
from engine.store import schema
from engine.store.clock import ManualClock
from engine.store.port import Delivery, Effects
from engine.store.sql import SqlStore
from engine.wakeups.port import Wakeups
from engine.work.deadlines import Deadlines
from engine.work.handler import Handler
from engine.work.heartbeat import Heartbeat
from engine.work.runner import Runner
from tests.faults.crash.fuse import Fuse
from tests.faults.crash.fused import Fused, fuse_calls, fuse_commits, fused_handlers

#: Seconds that pass when nothing is due, and how often that may be before something is wrong.
STEP = 5.0
MOST_STEPS = 400


class Role(StrEnum):
    """What a process does; each is a room of its own in production."""

    WEB = "web"
    QUICK = "quick"
    WORK = "work"
    SENDER = "sender"
    DEADLINES = "deadlines"
    REAPER = "reaper"


@dataclass(frozen=True)
class Life:
    """One process from its start to its end, natural or not."""

    fuse: Fuse
    #: The role in which the fuse burns.
    armed: Role
    clock: ManualClock
    settings: Settings
    store: SqlStore
    wakeups: Wakeups
    handlers: Mapping[JobKind, Handler]
    runner: Runner
    sender: Sender
    deadlines: Deadlines
    reaper: Reaper
    #: As handlers see them.
    sandboxes: Sandboxes

    def take(self, deliveries: Sequence[Delivery]) -> None:
        """The web's part: each is stored, then somebody is woken."""
        with self._as(Role.WEB):
            for delivery in deliveries:
                ((_, job_id),) = self.store.take([delivery])
                if job_id:
                    self.wakeups.wake([job_id], "quick")

    def act(self, role: Role) -> bool:
        """Does what is due for a role; False when nothing was."""
        with self._as(role):
            if role is Role.SENDER:
                return self.sender.send_due() > 0
            if role in (Role.DEADLINES, Role.REAPER):
                (self.reaper if role is Role.REAPER else self.deadlines).beat()
                return False
            return self.runner.run_one([role.value])

    def until_calm(self, roles: Sequence[Role]) -> None:
        """Goes on until nothing is left for these roles to do; time passes only when nothing is due."""
        for _ in range(MOST_STEPS):
            # Every role has its turn: a report may go out between two jobs.
            busy = [self.act(role) for role in roles]
            if any(busy):
                continue
            if not self._waiting(roles):
                return
            self.clock.advance(STEP)
        raise AssertionError("it never comes to rest")

    def disarmed(self, work: Callable[[], None]) -> None:
        """Does something at whose points nobody dies."""
        armed, self.fuse.held = self.fuse.held, True
        work()
        self.fuse.held = armed

    def write(self, effects: Effects) -> None:
        """Something that happened before."""
        with self.store.database.write() as connection:
            effects(connection)

    def _waiting(self, roles: Sequence[Role]) -> int:
        queues = [role.value for role in roles if role in (Role.QUICK, Role.WORK)]
        live = schema.jobs.c.state.in_(["pending", "running"]) & schema.jobs.c.queue.in_(queues)
        late = (schema.outbox.c.posted < schema.outbox.c.version) & ~schema.outbox.c.given_up
        with self.store.database.read() as connection:
            jobs = connection.execute(select(func.count()).select_from(schema.jobs).where(live)).scalar_one()
            reports = connection.execute(select(func.count()).select_from(schema.outbox).where(late)).scalar_one()
        return int(jobs) + (int(reports) if Role.SENDER in roles else 0)

    @contextmanager
    def _as(self, role: Role) -> Iterator[None]:
        self.fuse.lit = role is self.armed
        try:
            yield
        finally:
            self.fuse.lit = False


def begin(environment: Mapping[str, str], fuse: Fuse, armed: Role, seconds: float) -> Life:
    """A process that starts at a moment of the clock. `environment` is that of a room."""
    clock = ManualClock(seconds)
    front = open_front(read_settings(environment))
    fuse_commits(front.database, fuse)
    fuse_calls(front.clients, fuse)
    wakeups: Any = Fused(front.wakeups, fuse, "redis")
    store = SqlStore(front.database, front.settings.intervals, wakeups=wakeups, clock=clock)
    front = replace(front, clock=clock, store=store)
    handlers = fused_handlers(handlers_of(front), fuse)
    sandboxes: Any = Fused(sandboxes_of(front.settings, QUICK), fuse, "sandboxes")
    heartbeat = Heartbeat(store, front.settings.intervals, clock.stopwatch)
    reporters = reporters_of(front.clients, Links(front.settings))
    return Life(
        fuse=fuse,
        armed=armed,
        clock=clock,
        settings=front.settings,
        store=store,
        wakeups=wakeups,
        handlers=handlers,
        runner=Runner(store, handlers, front.settings.intervals, "crash", heartbeat=heartbeat),
        sender=Sender(front.database, reporters, clock, front.settings.intervals, clock.stopwatch),
        deadlines=Deadlines(front.database, clock, handlers, wakeups),
        reaper=Reaper(front.database, sandboxes, wakeups, clock, front.settings.intervals),
        sandboxes=sandboxes,
    )
