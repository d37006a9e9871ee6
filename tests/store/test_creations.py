"""Creations are counted per installation, and installations that have to wait are remembered (requirement R7)."""

import pytest
from sqlalchemy import func, select

from engine.forge.failures import NoRoom
from engine.store import creations, pauses
from engine.store.creations import HOUR, MINUTE, SqlCreations
from engine.store.schema import creations as creations_table
from engine.store.schema import installations
from tests.store.building import House

NOON = 1_795_230_240.0


def make(house: House, count: int, at: float, installation: int = 7) -> float:
    """Creates so many; the seconds to wait that the last one was told."""
    with house.database.write() as connection:
        return [creations.reserve(connection, installation, at) for _ in range(count)][-1]


def waiting(house: House, now: float) -> set[int]:
    """The installations that are paused."""
    with house.database.read() as connection:
        return set(connection.execute(pauses.paused(now)).scalars())


def test_so_many_a_minute_and_no_more(house: House) -> None:
    assert make(house, MINUTE[0], NOON) == 0
    assert make(house, 1, NOON + 20) == pytest.approx(40)
    assert make(house, 1, NOON + 60) == 0


def test_so_many_an_hour_and_no_more(house: House) -> None:
    for minute in range(6):
        assert make(house, MINUTE[0], NOON + 61 * minute) == 0
    assert make(house, HOUR[0] - 6 * MINUTE[0], NOON + 366) == 0
    assert make(house, 1, NOON + 1000) == pytest.approx(2600)
    assert make(house, 1, NOON + 3600) == 0


def test_each_installation_has_its_own_count(house: House) -> None:
    make(house, MINUTE[0], NOON)
    assert make(house, 1, NOON, installation=8) == 0
    with house.database.read() as connection:
        assert connection.execute(creations.exhausted(NOON + 1)).scalars().all() == [7]
        assert connection.execute(creations.exhausted(NOON + 61)).scalars().all() == []


def test_what_was_refused_does_not_count(house: House) -> None:
    make(house, MINUTE[0] + 20, NOON)
    assert make(house, MINUTE[0], NOON + 60) == 0


def test_a_clock_that_was_set_back_stops_nobody(house: House) -> None:
    make(house, MINUTE[0], NOON)
    assert make(house, 1, NOON - 3000) == 0


def test_old_creations_are_forgotten(house: House) -> None:
    make(house, MINUTE[0], NOON)
    make(house, 1, NOON + 4000, installation=8)
    with house.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(creations_table)).scalar_one() == 1


def test_the_counter_of_calls_refuses_what_is_too_much(house: House) -> None:
    seconds = [NOON]
    counter = SqlCreations(house.database, lambda: seconds[0])
    for _ in range(MINUTE[0]):
        counter.reserve(7)
    with pytest.raises(NoRoom, match="80 creations a minute") as refused:
        SqlCreations(house.database, lambda: seconds[0]).reserve(7)
    assert refused.value.retry_after == pytest.approx(60)


def test_a_pause_ends_and_a_shorter_one_ends_no_longer_one(house: House) -> None:
    with house.database.write() as connection:
        pauses.pause(connection, 7, 100, "limit", NOON)
        pauses.pause(connection, 7, 10, "shorter", NOON)
    assert waiting(house, NOON + 99) == {7}
    assert waiting(house, NOON + 101) == set()
    with house.database.read() as connection:
        assert connection.execute(select(installations.c.paused_why)).scalar_one() == "limit"


def test_a_pause_of_before_the_clock_was_set_back_is_over(house: House) -> None:
    with house.database.write() as connection:
        pauses.pause(connection, 7, 100, "limit", NOON)
    assert waiting(house, NOON - 86_400) == set()
    with house.database.write() as connection:
        pauses.pause(connection, 7, 10, "now", NOON - 86_400)
    assert waiting(house, NOON - 86_400) == {7}


def test_no_pause_is_longer_than_githubs_limits_run(house: House) -> None:
    with house.database.write() as connection:
        pauses.pause(connection, 7, 10**9, "nonsense", NOON)
    assert waiting(house, NOON + pauses.LONGEST + 1) == set()
