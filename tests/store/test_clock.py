"""Clocks of leases: each promises the same, whoever's time it is (fault I20)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine.store.clock import BootClock, LeaseClock, ManualClock, PostgresClock, clock_for
from engine.store.database import Database
from tests.store.building import INTERVALS, House, a_job
from tests.wakeups.waiting import wait_until


@dataclass(frozen=True)
class Timepiece:
    """A clock, a database to ask it in, and how time passes for it."""

    clock: LeaseClock
    database: Database
    pass_time: Callable[[], None]


@pytest.fixture(params=["boot", "postgres", "manual"])
def timepiece(request: pytest.FixtureRequest) -> Iterator[Timepiece]:
    """Each kind of clock."""
    kind = "postgres" if request.param == "postgres" else "sqlite"
    manual = ManualClock()
    clocks: dict[str, LeaseClock] = {"boot": BootClock(), "postgres": PostgresClock(), "manual": manual}
    databases = request.getfixturevalue(f"{kind}_databases")
    pass_time = (lambda: manual.advance(1)) if request.param == "manual" else (lambda: None)
    yield Timepiece(clocks[request.param], databases.shared(), pass_time)


def test_time_goes_on_within_a_transaction_and_keeps_its_name(timepiece: Timepiece) -> None:
    with timepiece.database.write() as connection:
        first = timepiece.clock.now(connection)
        timepiece.pass_time()
        wait_until(lambda: timepiece.clock.now(connection).seconds > first.seconds, "time goes on", seconds=60)
        assert timepiece.clock.now(connection).clock == first.clock


def test_whoever_asks_later_over_another_connection_is_told_a_later_time(timepiece: Timepiece) -> None:
    told = []
    for _ in range(20):
        other = Database(timepiece.database.url)
        for database in (timepiece.database, other):
            with database.read() as connection:
                told.append(timepiece.clock.now(connection))
        other.close()
    assert [moment.seconds for moment in told] == sorted(moment.seconds for moment in told)
    assert len({moment.clock for moment in told}) == 1


def test_everybody_measures_by_the_clock_of_the_database(house: House) -> None:
    with house.database.read() as connection:
        by_database, by_connection = (clock_for(each).now(connection) for each in (house.database, connection))
    assert by_database.clock == by_connection.clock
    assert (by_database.clock == "postgres") == (house.database.dialect.name == "postgresql")


def test_a_lease_that_would_end_too_late_is_over_as_after_a_restored_backup(house: House) -> None:
    house.add(a_job())
    first = house.claim()
    house.clock.seconds -= 86_400
    assert house.claim().id == first.id


def test_a_job_that_would_be_due_too_late_is_due(house: House) -> None:
    house.add(a_job(delay=5))
    house.clock.seconds -= 2 * 86_400
    assert house.claim()


def test_a_clock_that_is_set_back_a_little_takes_no_job_from_its_owner(house: House) -> None:
    job_id = house.add(a_job())
    job = house.claim()
    house.clock.seconds -= 300
    assert house.store.claim("other", ["work"]) is None
    assert house.store.renew([job]) == {job.id: ""}
    assert house.column(job_id, "lease_until") == house.clock.seconds + INTERVALS.lease
    house.clock.advance(31)
    assert house.claim().id == job_id
