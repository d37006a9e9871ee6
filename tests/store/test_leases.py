"""A claimed job's life: renewed, noted, ended once; a zombie changes nothing (faults J3, J6, J15)."""

import time

import pytest
from sqlalchemy import Connection, update

from engine.domain.job import JobKind, JobState
from engine.errors import LeaseLost
from engine.store import generations, jobs
from engine.store.schema import jobs as jobs_table
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from tests.store.building import INTERVALS, House, a_job


def mark(connection: Connection) -> None:
    generations.bump(connection, "marks")


def marks(house: House) -> int:
    with house.database.read() as connection:
        return generations.read(connection, "marks")


def test_finishing_writes_the_effects_in_the_same_transaction(house: House) -> None:
    job_id = house.add(a_job())
    assert house.store.finish(house.claim(), JobState.FAILED, mark, error="no start")
    assert marks(house) == 1
    assert (house.column(job_id, "state"), house.column(job_id, "error")) == ("failed", "no start")
    assert house.column(job_id, "finished_at") is not None


def test_effects_that_go_wrong_leave_the_job_as_it_was(house: House) -> None:
    job_id = house.add(a_job())
    job = house.claim()

    def broken(connection: Connection) -> None:
        mark(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        house.store.finish(job, JobState.DONE, broken)
    assert (house.column(job_id, "state"), marks(house)) == ("running", 0)


def test_a_zombie_writes_nothing(house: House) -> None:
    job_id = house.add(a_job())
    zombie = house.claim()
    house.clock.advance(31)
    owner = house.claim()
    assert house.store.renew([zombie]) == {}
    assert house.store.finish(zombie, JobState.DONE, mark) is False
    house.store.give_back(zombie, delay=0, counts=True)
    with pytest.raises(LeaseLost):
        house.store.note(zombie, mark)
    assert (house.column(job_id, "state"), marks(house)) == ("running", 0)
    assert house.store.finish(owner, JobState.DONE, mark) is True
    assert house.store.finish(owner, JobState.DONE, mark) is False
    assert marks(house) == 1


def test_a_renewed_lease_outlives_its_first_time(house: House) -> None:
    house.add(a_job())
    job = house.claim()
    for _ in range(5):
        house.clock.advance(20)
        assert house.store.renew([job]) == {job.id: ""}
    assert house.store.claim("other", ["work"]) is None


def test_renewing_writes_only_once_a_heartbeats_time_has_gone(house: House) -> None:
    job_id = house.add(a_job())
    job = house.claim()
    before = house.column(job_id, "lease_until")
    house.clock.advance(9)
    house.store.renew([job])
    assert house.column(job_id, "lease_until") == before
    house.clock.advance(1)
    house.store.renew([job])
    assert house.column(job_id, "lease_until") == house.clock.seconds + 30


def test_renewing_tells_that_the_end_is_wanted(house: House) -> None:
    house.add(a_job("k"))
    job = house.claim()
    with house.database.write() as connection:
        jobs.want_stop(connection, subject="bld_k", kind=JobKind.BUILD, why="cancelled")
    assert house.store.renew([job]) == {job.id: "cancelled"}
    house.clock.advance(31)
    assert house.claim().stop_wanted == "cancelled"


def test_a_waiting_job_whose_end_is_wanted_is_over_at_once(house: House) -> None:
    job_id = house.add(a_job("k"))
    with house.database.write() as connection:
        jobs.want_stop(connection, subject="bld_k", kind=JobKind.BUILD, why="superseded")
    assert house.column(job_id, "state") == "superseded"
    assert house.store.claim("a", ["work"]) is None


def test_giving_back_counts_as_an_attempt_or_not(house: House) -> None:
    job_id = house.add(a_job())
    house.store.give_back(house.claim(), delay=4, counts=True, error="GitHub is away")
    assert house.column(job_id, "error") == "GitHub is away"
    assert house.store.claim("a", ["work"]) is None
    house.clock.advance(4)
    second = house.claim()
    house.store.give_back(second, delay=0, counts=False)
    assert (second.attempts, house.claim().attempts) == (2, 2)


def test_what_effects_add_and_what_waited_for_the_order_is_woken_for(house: House) -> None:
    house.add(a_job("a", order="o"))
    waiting = house.add(a_job("b", order="o"))
    with house.database.write() as connection:
        jobs.wake_list(connection, house.clock.now(connection))
    job = house.claim()
    added: list[str | None] = []
    with house.database.write() as connection:
        assert jobs.wake_list(connection, house.clock.now(connection), again_after=0) == {}
    house.store.note(job, lambda connection: added.append(jobs.add(connection, a_job("c", queue="quick"))))
    assert house.column(str(added[0]), "poked_at") != 0
    assert house.column(waiting, "poked_at") != 0
    house.store.give_back(job, delay=60, counts=True)
    assert house.claim().id == waiting


def test_a_jobs_deadline_waits_while_the_job_waits(house: House) -> None:
    house.add(a_job())
    house.store.give_back(house.claim(), delay=1000, counts=True, error="GitHub is away")
    house.clock.advance(1001)
    assert not house.claim().overdue


def test_a_jobs_deadline_goes_on_over_its_tries(house: House) -> None:
    house.add(a_job())
    job = house.claim()
    house.clock.advance(25)
    house.store.give_back(job, delay=10, counts=True)
    house.clock.advance(890)
    assert house.claim().overdue


def test_of_many_that_wait_for_an_order_one_that_is_due_is_woken_for(house: House) -> None:
    wakeups = MemoryWakeups()
    store = SqlStore(house.database, INTERVALS, wakeups=wakeups, clock=house.clock)
    house.add(a_job("late", order="o"))
    store.give_back(house.claim(), delay=60, counts=True)
    waiting = [house.add(a_job(key, order="o")) for key in "abc"]
    job = house.claim()
    with house.database.write() as connection:
        jobs.wake_list(connection, house.clock.now(connection))
        connection.execute(update(jobs_table).where(jobs_table.c.id.in_(waiting)).values(poked_at=time.time()))
    store.finish(job, JobState.DONE)
    assert wakeups.take("work") == waiting[1]
    assert wakeups.take("work") is None
