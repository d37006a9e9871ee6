"""The heartbeat: keeps leases, tells of stops, and hands jobs back on the way out (faults J6, J7, J11)."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain.job import Job, JobState
from engine.errors import LeaseLost
from engine.settings import Intervals
from engine.store.clock import boot_seconds
from engine.work.handler import Done, Running
from engine.work.heartbeat import Heartbeat
from tests.store.building import House, a_job
from tests.work.conftest import Workshop


def test_while_a_job_runs_its_lease_is_kept(shop: Workshop) -> None:
    shop.add(a_job())
    with shop.heartbeat.holding(shop.claim()) as held:
        for _ in range(6):
            shop.clock.advance(12)
            shop.heartbeat.beat()
            held.check()
    assert shop.store.claim("other", ["work"]) is None


def test_who_could_not_renew_for_two_thirds_of_the_lease_stops(shop: Workshop) -> None:
    shop.add(a_job())
    with shop.heartbeat.holding(shop.claim()) as held:
        shop.clock.advance(20)
        held.check()
        shop.clock.advance(0.5)
        with pytest.raises(LeaseLost, match="its lease is lost"):
            held.check()


def test_a_database_that_does_not_answer_is_survived_until_the_lease_is_in_danger(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.add(a_job())
    with shop.heartbeat.holding(shop.claim()) as held:
        with shop.database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE jobs RENAME TO away")
        shop.clock.advance(12)
        shop.heartbeat.beat()
        held.check()
        shop.clock.advance(12)
        shop.heartbeat.beat()
        with pytest.raises(LeaseLost):
            held.check()
    shop.close()


def test_a_job_that_another_worker_owns_is_noticed_at_the_next_beat(shop: Workshop) -> None:
    shop.add(a_job())
    with shop.heartbeat.holding(shop.claim()) as held:
        shop.clock.advance(31)
        shop.claim(owner="heir")
        shop.clock.seconds -= 31
        shop.heartbeat.beat()
        with pytest.raises(LeaseLost):
            held.check()


def test_told_to_leave_a_job_that_checks_goes_back_without_an_attempt(shop: Workshop) -> None:
    job_id = shop.add(a_job())

    def told_meanwhile(_job: Job, running: Running) -> Done:
        shop.runner.leave(6, lambda: None)
        shop.heartbeat.beat()
        running.check()
        raise AssertionError("it went on")

    shop.handler.act = told_meanwhile
    assert shop.work()
    assert (shop.column(job_id, "state"), shop.column(job_id, "attempts")) == ("pending", 0)
    assert shop.work() is False


def test_told_to_leave_a_job_that_ends_in_time_is_finished(shop: Workshop) -> None:
    job_id = shop.add(a_job())

    def quick(_job: Job, _running: Running) -> Done:
        shop.runner.leave(6, lambda: pytest.fail("it was not given the time"))
        shop.heartbeat.beat()
        return Done(JobState.DONE)

    shop.handler.act = quick
    shop.work()
    assert shop.column(job_id, "state") == "done"


def test_told_to_leave_a_job_that_hears_nothing_is_given_back_when_the_time_is_over(shop: Workshop) -> None:
    job_id = shop.add(a_job())
    left: list[bool] = []

    def deaf(_job: Job, _running: Running) -> Done:
        shop.runner.leave(6, lambda: left.append(True))
        shop.clock.advance(7)
        shop.heartbeat.beat()
        return Done(JobState.DONE)

    shop.handler.act = deaf
    shop.work()
    # The heartbeat's own thread may have seen it first; once is enough.
    assert left
    assert (shop.column(job_id, "state"), shop.column(job_id, "attempts")) == ("pending", 0)


def test_the_thread_renews_by_itself(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.add(a_job())
    renewed = threading.Event()
    heartbeat = Heartbeat(Renewing(renewed.set), Intervals(lease=3, heartbeat=0.05), boot_seconds)  # type: ignore[arg-type]
    with heartbeat.holding(house.claim()):
        assert renewed.wait(10)
    heartbeat.close()
    house.close()


class Renewing:
    """As much of a store as the thread asks."""

    def __init__(self, on_renew: Callable[[], None]) -> None:
        self._on_renew = on_renew

    def renew(self, held: list[Job]) -> dict[str, str]:
        """Tells that it was asked."""
        self._on_renew()
        return {job.id: "" for job in held}
