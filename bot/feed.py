"""What streams wait on: the counter of deploys and the length of logs, in one small read an interval for all."""

import asyncio
import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from engine.store import generations, logs
from engine.store.database import Database
from engine.store.environments import DEPLOYS


@dataclass(frozen=True)
class Sight:
    """What a listener has seen."""

    #: Where the counter of deploys stood; -1: nothing was looked at yet.
    counter: int = -1
    #: How many lines the log that it watches had.
    lines: int = 0


@dataclass(frozen=True)
class _Look:
    counter: int
    lines: Mapping[str, int]


@dataclass
class Feed:
    """Tells listeners of one event loop about news, at most `every` seconds late; reads only while somebody waits."""

    database: Database
    every: float = 0.25
    #: True once the process ends: nobody waits any more, and streams end.
    over: bool = False
    _watched: Counter[str] = field(default_factory=Counter)
    _looked_at: float = -math.inf
    _looking: asyncio.Task[_Look] | None = None

    async def wait(self, seen: int, seconds: float) -> int:
        """The counter of deploys as soon as it differs from `seen`, else after `seconds`."""
        return (await self.watch("", Sight(seen), seconds)).counter

    async def watch(self, subject: str, seen: Sight, seconds: float) -> Sight:
        """As `wait`, and also as soon as the log of `subject` (the id of a release or a build) has grown."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        self._watched[subject] += 1
        try:
            while not self.over and loop.time() < until:
                look = await self._next_look(until - loop.time())
                found = seen if look is None else Sight(look.counter, look.lines.get(subject, seen.lines))
                if found != seen:
                    return found
        finally:
            self._watched[subject] -= 1
        return seen

    def end(self) -> None:
        """Whoever waits is answered within `every`: the process ends."""
        self.over = True

    async def _next_look(self, seconds: float) -> _Look | None:
        """The look that all listeners share; None when it takes longer than `seconds`."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        looking = self._looking
        await asyncio.wait({looking}, timeout=seconds)
        return looking.result() if looking.done() else None

    async def _look(self) -> _Look:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._looked_at + self.every - loop.time()))
        self._watched = +self._watched
        look = await run_in_threadpool(self._read, [subject for subject in self._watched if subject])
        self._looked_at = loop.time()
        return look

    def _read(self, subjects: Collection[str]) -> _Look:
        with self.database.read() as connection:
            lines = {subject: logs.count(connection, subject) for subject in subjects}
            return _Look(generations.read(connection, DEPLOYS), lines)
