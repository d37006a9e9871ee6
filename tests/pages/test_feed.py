"""The feed: what streams wait on."""

import asyncio
import time
from collections.abc import Coroutine
from typing import TypeVar

import pytest
from sqlalchemy import event

from bot.feed import Feed, Sight
from engine.store import generations, logs
from engine.store.environments import DEPLOYS
from tests.access.world import World

T = TypeVar("T")

#: Seconds; far more than any of it takes.
LONG = 60.0


def run(work: Coroutine[object, object, T]) -> T:
    """Runs it in a loop of its own."""
    return asyncio.run(work)


def bump(world: World) -> None:
    """Something about a deploy changes."""
    with world.database.write() as connection:
        generations.bump(connection, DEPLOYS)


def test_who_has_seen_nothing_is_told_at_once_where_the_counter_stands(world: World) -> None:
    bump(world)
    assert run(Feed(world.database).wait(-1, LONG)) == 1


def test_who_has_seen_it_all_is_answered_when_the_time_is_over(world: World) -> None:
    assert run(Feed(world.database, every=0.01).wait(0, 0.05)) == 0


def test_a_change_is_told_to_everybody_who_waits(world: World) -> None:
    async def story() -> list[int]:
        feed = Feed(world.database, every=0.01)
        waiting = [asyncio.create_task(feed.wait(0, LONG)) for _ in range(20)]
        await asyncio.sleep(0)
        await asyncio.to_thread(bump, world)
        return await asyncio.gather(*waiting)

    assert run(story()) == [1] * 20


def test_a_log_that_grows_is_told_to_who_watches_it(world: World) -> None:
    def grow() -> None:
        with world.database.write() as connection:
            logs.append(connection, "dep_1", ["one", "two"], time.time())

    async def story() -> tuple[Sight, Sight]:
        feed = Feed(world.database, every=0.01)
        other = asyncio.create_task(feed.watch("dep_2", Sight(0, 0), 0.2))
        mine = asyncio.create_task(feed.watch("dep_1", Sight(0, 0), LONG))
        await asyncio.to_thread(grow)
        return await mine, await other

    assert run(story()) == (Sight(0, 2), Sight(0, 0))


def test_a_hundred_listeners_cost_one_read_an_interval(world: World) -> None:
    reads: list[float] = []
    event.listen(world.database.kind.reading, "begin", lambda _connection: reads.append(time.monotonic()))

    async def story() -> None:
        feed = Feed(world.database, every=0.1)
        await asyncio.gather(*(feed.wait(0, 0.5) for _ in range(100)))

    run(story())
    assert 1 <= len(reads) <= 6


def test_nothing_goes_on_while_nobody_waits(world: World) -> None:
    async def story() -> int:
        await Feed(world.database, every=0.01).wait(-1, LONG)
        return len(asyncio.all_tasks())

    assert run(story()) == 1


@pytest.mark.parametrize("seen", [-1, 0])
def test_at_the_end_everybody_is_answered(world: World, seen: int) -> None:
    async def story() -> int:
        feed = Feed(world.database, every=0.01)
        waiting = asyncio.create_task(feed.wait(seen, LONG))
        feed.end()
        return await waiting

    assert run(story()) == seen
