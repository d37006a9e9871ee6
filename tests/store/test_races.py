"""Many who write at once lose nothing of each other's, and never wait for each other for ever (faults I2, I18, I19)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError

from engine.domain.job import JobKind
from engine.store import generations, jobs
from engine.store.database import Database
from engine.store.port import Taken
from engine.store.schema import generations as counters
from tests.store.building import House, a_delivery, a_job
from tests.store.crowd import Going, crowd

THREADS, TIMES = 8, 200
BATCHES, BATCH = 8, 300


def read_modify_write(connection: Connection, name: str) -> None:
    """What is right only for someone who is alone."""
    value = connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one()
    connection.execute(update(counters).where(counters.c.name == name).values(value=value + 1))


def test_no_increment_is_lost_neither_in_one_statement_nor_between_two(house: House) -> None:
    with house.database.write() as connection:
        generations.bump(connection, "two statements")

    def count(_number: int, _going: Going) -> None:
        for _ in range(TIMES):
            with house.database.write() as connection:
                # First, while no row is locked yet that others would wait for.
                read_modify_write(connection, "two statements")
                generations.bump(connection, "one statement")

    crowd(THREADS, count)
    with house.database.read() as connection:
        assert generations.read(connection, "one statement") == THREADS * TIMES
        assert generations.read(connection, "two statements") == THREADS * TIMES + 1


def test_of_ten_takers_of_one_delivery_one_stores_it(house: House) -> None:
    outcomes: list[Taken] = []

    def take(_number: int, _going: Going) -> None:
        outcomes.extend(taken for taken, _ in house.store.take([a_delivery("gh:same")]))

    crowd(10, take)
    assert (outcomes.count(Taken.NEW), outcomes.count(Taken.DUPLICATE)) == (1, 9)
    assert house.states() == {"pending": 1}


def test_batches_that_overlap_in_another_order_store_each_delivery_once(house: House) -> None:
    outcomes: list[Taken] = []

    def take(number: int, _going: Going) -> None:
        for batch in range(BATCHES):
            keys = [f"gh:{batch}-{each}" for each in range(BATCH)]
            step = 1 if number % 2 else -1
            bodies = [a_delivery(key, b"%d" % (number % 3)) for key in keys[::step]]
            outcomes.extend(taken for taken, _ in house.store.take(bodies))

    crowd(6, take)
    assert outcomes.count(Taken.NEW) == BATCHES * BATCH
    assert house.states() == {"pending": BATCHES * BATCH}


def test_a_lock_that_another_writer_holds_is_waited_for(house: House) -> None:
    through = threading.Event()

    def write() -> None:
        with house.database.write() as connection:
            generations.bump(connection, "after")
        through.set()

    with ThreadPoolExecutor(1) as threads:
        with house.database.write() as connection:
            waiting = threads.submit(write)
            assert not through.wait(0.5)
            assert generations.read(connection, "after") == 0
        waiting.result(60)
    assert through.is_set()


def test_a_lock_that_is_held_too_long_is_an_error_that_nothing_came_of(house: House) -> None:
    hurried = Database(house.database.url, busy_timeout_ms=300)
    with house.database.write() as connection:
        with pytest.raises(OperationalError), hurried.write() as beside:
            generations.bump(beside, "hurried")
        generations.bump(connection, "patient")
    with hurried.write() as connection:
        assert (generations.read(connection, "hurried"), generations.read(connection, "patient")) == (0, 1)
    hurried.close()


def test_a_reader_sees_one_state_throughout_and_holds_nobody_up(house: House) -> None:
    with house.database.read() as reading:
        before = generations.read(reading, "routes")
        with house.database.write() as connection:
            generations.bump(connection, "routes")
        assert generations.read(reading, "routes") == before
    with house.database.read() as reading:
        assert generations.read(reading, "routes") == before + 1


def test_heartbeats_claims_and_stops_at_once_never_wait_for_each_other_for_ever(house: House) -> None:
    for number in range(12):
        house.add(a_job(f"k{number}"))
    held = [house.claim() for _ in range(6)]

    def act(number: int, _going: Going) -> None:
        for time in range(40):
            if number == 0:
                house.store.renew(held[:: 1 if time % 2 else -1])
            elif number == 1:
                house.store.claim("other", ["work"])
            else:
                stop_in_any_order(house, [job.subject for job in held][:: 1 if time % 2 else -1])

    # A clock that runs makes each renewal a write.
    house.clock.advance(11)
    crowd(4, act)
    assert set(house.store.renew(held).values()) == {"cancelled"}


def stop_in_any_order(house: House, subjects: list[str]) -> None:
    with house.database.write() as connection:
        for subject in subjects:
            jobs.want_stop(connection, subject=subject, kind=JobKind.BUILD, why="cancelled")
