"""What the door leans on is away or taken: the write lock, Redis, one secret of two (faults I8, I19, I21)."""

import asyncio
import threading

import pytest
from sqlalchemy import text

from engine.store.database import Database
from engine.wakeups.rq import RqWakeups
from tests.ingest.pouring import Pour, deliveries
from tests.ingest.running import OLD_SECRET, SECRET, Door
from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until


class Holder:
    """Another process' transaction, which goes on until it is told to end."""

    def __init__(self, database: Database) -> None:
        self._let_go = threading.Event()
        self._has_it = threading.Event()
        self._thread = threading.Thread(target=self._hold, args=(database.url,))
        self._thread.start()
        assert self._has_it.wait(30)

    def _hold(self, url: str) -> None:
        database = Database(url)
        with database.write() as connection:
            connection.execute(text("UPDATE generations SET value = value + 1"))
            self._has_it.set()
            self._let_go.wait(60)
        database.close()

    def let_go(self) -> None:
        """Commits."""
        self._let_go.set()
        self._thread.join()


@pytest.fixture
def patient(door: Door) -> Database:
    """The door's database, opened by somebody who waits for locks as long as the house does."""
    return Database(door.database.url)


def test_a_delivery_waits_while_another_writer_has_the_database(patient: Database) -> None:
    with Door(patient, commit_patience=60) as waiting:
        holder = Holder(patient)
        pour = Pour(deliveries(50))
        pouring = threading.Thread(target=lambda: asyncio.run(pour.run(waiting.address, 50)))
        pouring.start()
        wait_until(lambda: waiting.ingest.unanswered() == 50, "all wait", 60)
        assert pour.statuses == []
        holder.let_go()
        pouring.join()
        assert (pour.count(), waiting.rows()) == ({202: 50}, (50, 50))
    patient.close()


def test_longer_than_github_waits_it_is_503_and_the_next_one_is_stored(patient: Database) -> None:
    with Door(patient, commit_patience=0.3) as waiting:
        holder = Holder(patient)
        reply = waiting.post("d1")
        assert (reply.status, reply.retry_after) == (503, "30")
        holder.let_go()
        wait_until(lambda: waiting.post("d1").status in (200, 202), "it is stored", 60)
        assert waiting.rows() == (1, 1)
    patient.close()


def test_redis_dies_in_a_burst_and_nobody_notices(door: Door) -> None:
    redis = RunningRedis()
    wakeups = RqWakeups(redis.url)
    with Door(door.database, wakeups=wakeups) as unwoken:
        pour = Pour(deliveries(300))

        async def scenario() -> None:
            pouring = asyncio.ensure_future(pour.run(unwoken.address, 20))
            await pour.until(100)
            await asyncio.to_thread(redis.kill)
            await pouring

        asyncio.run(scenario())
        assert (pour.count(), unwoken.rows()) == ({202: 300}, (300, 300))
    wakeups.close()
    redis.close()


def test_after_a_rotation_the_old_secret_is_refused(door: Door) -> None:
    assert door.post("d1", secret=OLD_SECRET).status == 202
    with Door(door.database, secrets=[SECRET]) as rotated:
        assert rotated.post("d2", secret=OLD_SECRET).status == 401
        assert rotated.post("d3", secret=SECRET).status == 202
