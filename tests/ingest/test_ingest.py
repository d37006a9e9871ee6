"""Group commit: batches of at most 64, each delivery answered after its own commit (design: Ingest; fault I17)."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from bot.ingest import BATCH, Ingest, StorageTrouble
from engine.domain.job import Job, JobState
from engine.store.port import Delivery, Effects, Taken
from engine.wakeups.memory import MemoryWakeups
from tests.wakeups.waiting import wait_until


class Gated:
    """A store that takes a batch when the gate is open, and can be told to break."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.batches: list[int] = []
        self.entered = 0
        self.breaks = False

    def take(self, deliveries: Sequence[Delivery]) -> list[tuple[Taken, str]]:
        """Counts the batch."""
        self.entered += 1
        assert self.gate.wait(20)
        if self.breaks:
            raise OperationalError("INSERT", None, Exception("disk I/O error"))
        self.batches.append(len(deliveries))
        return [(Taken.NEW, f"job_{delivery.key}") for delivery in deliveries]

    def claim(self, owner: str, queues: Sequence[str], hint: str = "") -> Job | None:
        """Not asked here."""
        raise NotImplementedError

    def renew(self, jobs: Sequence[Job]) -> dict[str, str]:
        """Not asked here."""
        raise NotImplementedError

    def note(self, job: Job, effects: Effects) -> None:
        """Not asked here."""
        raise NotImplementedError

    def finish(self, job: Job, state: JobState, effects: Effects | None = None, *, error: str = "") -> bool:
        """Not asked here."""
        raise NotImplementedError

    def give_back(self, job: Job, *, delay: float, counts: bool, error: str = "") -> None:
        """Not asked here."""
        raise NotImplementedError


def a_delivery(number: int) -> Delivery:
    return Delivery(key=f"gh:{number}", source="github", event="push", body=b"{}", installation_id=1)


def test_what_comes_while_a_commit_runs_shares_the_next_ones() -> None:
    store, wakeups = Gated(), MemoryWakeups()
    ingest = Ingest(store, wakeups)
    ingest.start()

    async def scenario() -> list[Taken]:
        first = asyncio.ensure_future(ingest.take(a_delivery(0)))
        await asyncio.to_thread(wait_until, lambda: store.entered == 1, "the first commit runs")
        others = [asyncio.ensure_future(ingest.take(a_delivery(number))) for number in range(1, 101)]
        await asyncio.sleep(0)
        assert not any(future.done() for future in (first, *others))
        store.gate.set()
        return await asyncio.gather(first, *others)

    assert asyncio.run(scenario()) == [Taken.NEW] * 101
    ingest.stop()
    assert store.batches == [1, BATCH, 100 - BATCH]
    hints = iter(lambda: wakeups.take("quick"), None)
    assert list(hints)[-1] == "job_gh:65"


def test_a_commit_that_breaks_is_nobodys_2xx_and_the_next_one_works() -> None:
    store = Gated()
    store.gate.set()
    store.breaks = True
    ingest = Ingest(store, MemoryWakeups())
    ingest.start()

    async def scenario() -> Taken:
        with pytest.raises(StorageTrouble, match="OperationalError"):
            await ingest.take(a_delivery(1))
        store.breaks = False
        return await ingest.take(a_delivery(1))

    assert asyncio.run(scenario()) is Taken.NEW
    ingest.stop()


def test_stopping_first_commits_what_was_taken_and_then_takes_nothing() -> None:
    store = Gated()
    ingest = Ingest(store, MemoryWakeups())
    ingest.start()

    async def scenario() -> list[Taken]:
        taken = [asyncio.ensure_future(ingest.take(a_delivery(number))) for number in range(70)]
        await asyncio.sleep(0)
        store.gate.set()
        await asyncio.to_thread(ingest.stop)
        with pytest.raises(StorageTrouble, match="this process is ending"):
            await ingest.take(a_delivery(99))
        return await asyncio.gather(*taken)

    assert asyncio.run(scenario()) == [Taken.NEW] * 70
    assert sum(store.batches) == 70
