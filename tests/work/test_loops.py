"""Poke and deadlines: what nobody works on is found (faults J8, J9, J15 and design: loops are safe to run twice)."""

import pytest
from sqlalchemy import Connection

from engine.domain.job import Job, JobKind
from engine.store.port import Effects
from engine.wakeups.memory import MemoryWakeups
from engine.work.deadlines import Deadlines
from engine.work.poke import Poke
from tests.store.building import INTERVALS, a_job
from tests.work.conftest import Workshop
from tests.work.handlers import Scripted


@pytest.fixture
def wakeups() -> MemoryWakeups:
    """Hints of one test."""
    return MemoryWakeups()


def poke(shop: Workshop, wakeups: MemoryWakeups) -> Poke:
    return Poke(shop.database, shop.clock, wakeups, INTERVALS)


def deadlines(shop: Workshop, wakeups: MemoryWakeups) -> Deadlines:
    return Deadlines(shop.database, shop.clock, {JobKind.BUILD: shop.handler}, wakeups)


def test_a_due_job_is_woken_for_on_its_queue_and_not_again_at_once(shop: Workshop, wakeups: MemoryWakeups) -> None:
    job_id = shop.add(a_job(queue="quick"))
    for _ in range(2):
        poke(shop, wakeups).beat()
    assert (wakeups.take("quick"), wakeups.take("quick"), wakeups.take("work")) == (job_id, None, None)


def test_a_delayed_job_is_woken_for_when_it_is_due(shop: Workshop, wakeups: MemoryWakeups) -> None:
    job_id = shop.add(a_job(delay=5))
    poke(shop, wakeups).beat()
    assert wakeups.take("work") is None
    shop.clock.advance(5)
    poke(shop, wakeups).beat()
    assert wakeups.take("work") == job_id


def test_a_job_whose_worker_is_gone_is_woken_for(shop: Workshop, wakeups: MemoryWakeups) -> None:
    job_id = shop.add(a_job())
    shop.claim()
    poke(shop, wakeups).beat()
    assert wakeups.take("work") is None
    shop.clock.advance(31)
    poke(shop, wakeups).beat()
    assert wakeups.take("work") == job_id


def test_a_job_that_waits_for_its_order_is_not_woken_for(shop: Workshop, wakeups: MemoryWakeups) -> None:
    shop.add(a_job("a", order="o"))
    shop.add(a_job("b", order="o"))
    shop.claim()
    poke(shop, wakeups).beat()
    assert wakeups.take("work") is None


def test_a_job_tried_out_is_buried_though_no_worker_takes_it(shop: Workshop, wakeups: MemoryWakeups) -> None:
    job_id = shop.add(a_job("a", order="o"))
    for _ in range(3):
        shop.claim()
        shop.clock.advance(31)
    next_id = shop.add(a_job("b", order="o"))
    for _ in range(2):
        deadlines(shop, wakeups).beat()
    assert (shop.column(job_id, "state"), shop.count("burials")) == ("dead", 1)
    assert shop.column(job_id, "error") == "Its worker died each of 3 times that it was tried."
    assert wakeups.take("work") == next_id


def test_a_job_that_hangs_past_its_deadline_is_buried_and_its_worker_shut_out(
    shop: Workshop, wakeups: MemoryWakeups
) -> None:
    job_id = shop.add(a_job())
    job = shop.claim()
    for _ in range(46):
        shop.clock.advance(20)
        assert shop.column(job_id, "state") == "running"
        shop.store.renew([job])
    deadlines(shop, wakeups).beat()
    assert (shop.column(job_id, "state"), shop.store.renew([job])) == ("dead", {})


def test_a_running_job_at_its_last_attempt_is_left_alone(shop: Workshop, wakeups: MemoryWakeups) -> None:
    job_id = shop.add(a_job())
    for _ in range(2):
        shop.claim()
        shop.clock.advance(31)
    shop.claim()
    deadlines(shop, wakeups).beat()
    assert shop.column(job_id, "state") == "running"


def test_a_burial_that_breaks_still_ends_the_job_and_stops_no_other(shop: Workshop, wakeups: MemoryWakeups) -> None:
    ids = [shop.add(a_job("a")), shop.add(a_job("b"))]
    for _ in range(2):
        shop.claim()
    shop.clock.advance(901)
    shop.handler = Broken()
    deadlines(shop, wakeups).beat()
    assert [shop.column(job_id, "state") for job_id in ids] == ["dead", "dead"]


class Broken(Scripted):
    """Its burial's effects raise."""

    def bury(self, job: Job, error: str) -> Effects:
        """Effects that break."""

        def effects(_connection: Connection) -> None:
            raise ZeroDivisionError

        return effects
