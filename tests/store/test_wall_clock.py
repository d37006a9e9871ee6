"""The wall clock jumps: deliveries keep their order, installations their turns, jobs their wake-ups (fault I20).

What was written before the clock was set back by an hour is, for whoever looks now, an hour in the future.
"""

import time

from sqlalchemy import select, update

from engine.domain.job import JobState
from engine.store import jobs
from engine.store.schema import inbox
from engine.store.schema import jobs as jobs_table
from tests.store.building import House, a_delivery, a_job

HOUR = 3600.0


def received(house: House) -> list[str]:
    with house.database.read() as connection:
        return list(connection.execute(select(inbox.c.key).order_by(inbox.c.received_at)).scalars())


def set_clock_back(house: House) -> None:
    """As if everything so far had happened an hour later than it did."""
    with house.database.write() as connection:
        connection.execute(update(inbox).values(received_at=inbox.c.received_at + HOUR))
        values = {name: jobs_table.c[name] + HOUR for name in ("created_at", "finished_at")}
        connection.execute(update(jobs_table).values(**values))
        connection.execute(update(jobs_table).where(jobs_table.c.poked_at > 0).values(poked_at=time.time() + HOUR))


def test_deliveries_of_one_batch_keep_the_order_they_came_in(house: House) -> None:
    keys = [f"gh:{number}" for number in (5, 3, 9, 1, 7)]
    house.store.take([a_delivery(key) for key in keys])
    assert received(house) == keys
    assert [house.claim(queue="quick").subject for _ in keys] == keys


def test_a_delivery_that_comes_after_the_clock_was_set_back_is_read_after_those_before(house: House) -> None:
    house.store.take([a_delivery("gh:before")])
    set_clock_back(house)
    house.store.take([a_delivery("gh:first"), a_delivery("gh:second")])
    assert received(house) == ["gh:before", "gh:first", "gh:second"]
    assert [house.claim(queue="quick").subject for _ in range(3)] == ["gh:before", "gh:first", "gh:second"]


def test_an_installation_that_came_after_the_clock_was_set_back_takes_no_more_turns_than_others(house: House) -> None:
    for installation in (1, 2):
        for number in range(4):
            house.add(a_job(f"{installation}-{number}", installation=installation))
    for _ in range(2):
        house.store.finish(house.claim(), JobState.DONE)
    set_clock_back(house)
    for number in range(4):
        house.add(a_job(f"3-{number}", installation=3))
    served = []
    for _ in range(9):
        job = house.claim()
        served.append(job.installation_id)
        house.store.finish(job, JobState.DONE)
    assert [served.count(installation) for installation in (1, 2, 3)] == [3, 3, 3]


def test_a_job_that_was_woken_for_in_the_future_is_woken_for_again(house: House) -> None:
    job_id = house.add(a_job())
    with house.database.write() as connection:
        jobs.wake_list(connection, house.clock.now(connection))
    set_clock_back(house)
    with house.database.write() as connection:
        assert jobs.wake_list(connection, house.clock.now(connection), again_after=2) == {"work": [job_id]}


def test_a_lease_runs_on_whatever_the_wall_clock_says(house: House) -> None:
    house.add(a_job())
    job = house.claim()
    set_clock_back(house)
    assert house.store.claim("other", ["work"]) is None
    assert house.store.renew([job]) == {job.id: ""}
    assert house.store.finish(job, JobState.DONE)
