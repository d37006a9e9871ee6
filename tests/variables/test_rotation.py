"""Rotation of a thousand values while others read and write them: none unreadable at any moment (fault D10)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from engine.domain.environment import Environment
from engine.errors import ConfigurationError
from engine.settings import Secret
from engine.store import variables as rows
from engine.store.database import Database
from engine.variables import known_keys
from engine.variables.rotation import check, rotate
from engine.variables.variables import Variables
from engine.variables.vault import Vault, new_key
from tests.variables.scenes import NOW, a_value, an_environment, set_in

MANY = 1000
OLD, NEW = new_key(), new_key()
WANTED = {f"KEY_{number}": Secret(f"value {number}") for number in range(100)}


def a_thousand(database: Database) -> list[Environment]:
    """Ten environments with a hundred values each, sealed with the old key."""
    variables = Variables(Vault([OLD]))
    news = [a_value(key, value.reveal()) for key, value in WANTED.items()]
    return [set_in(database, variables, *news, name=f"env-{number}") for number in range(10)]


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Does it again and again in a thread; what went wrong."""
    over, wrong = threading.Event(), list[BaseException]()

    def go_on() -> None:
        while not over.is_set() and not wrong:
            try:
                work()
            except AssertionError as error:
                wrong.append(error)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield wrong
    finally:
        over.set()
        thread.join()


def test_a_thousand_values_are_readable_at_every_moment(database: Database) -> None:
    environments = a_thousand(database)
    reader = Variables(Vault([NEW, OLD]))
    looks = list[int]()

    def look() -> None:
        with database.read() as connection:
            for each in environments:
                assert reader.at(connection, each.id, 1) == WANTED
        looks.append(1)

    with meanwhile(look) as wrong:
        done = rotate(database, Vault([NEW, OLD]))
    assert wrong == []
    assert looks
    assert (done.total, done.changed, done.unreadable) == (MANY, MANY, ())
    assert check(database, Vault([NEW])).unreadable == ()


def test_what_is_set_with_the_old_key_meanwhile_is_rotated_too(database: Database) -> None:
    environments = a_thousand(database)
    writer = Variables(Vault([OLD, NEW]))
    late = iter(range(5))

    def write(_: int) -> None:
        for number in [next(late, None)]:
            if number is not None:
                with database.write() as connection:
                    for each in environments:
                        assert (
                            writer.set(connection, each, [a_value("KEY_0", f"late {number}")], "ada", NOW) == number + 2
                        )

    done = rotate(database, Vault([NEW, OLD]), write)
    assert (done.total, done.unreadable) == (MANY + 50, ())
    assert check(database, Vault([NEW])).unreadable == ()


class Cut(Exception):
    """Somebody pulled the plug."""


def test_a_rotation_that_was_cut_off_goes_on(database: Database) -> None:
    a_thousand(database)

    def cut(more: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        rotate(database, Vault([NEW, OLD]), cut)
    halfway = check(database, Vault([NEW, OLD]))
    assert 0 < halfway.old < MANY
    assert halfway.unreadable == ()
    assert rotate(database, Vault([NEW, OLD])).changed == halfway.old


def test_rotating_twice_changes_nothing(database: Database) -> None:
    set_in(database, Variables(Vault([OLD])), a_value("A", "1"))
    assert rotate(database, Vault([NEW, OLD])).changed == 1
    assert rotate(database, Vault([NEW, OLD])).changed == 0


def test_old_versions_are_rotated_and_what_is_unset_stays_unset(database: Database) -> None:
    variables = Variables(Vault([OLD]))
    set_in(database, variables, a_value("A", "one"))
    environment = set_in(database, variables, a_value("A", "two"))
    with database.write() as connection:
        variables.unset(connection, environment, "A", "ada", NOW)
    assert rotate(database, Vault([NEW, OLD])).total == 2
    later = Variables(Vault([NEW]))
    with database.read() as connection:
        assert [later.at(connection, environment.id, version) for version in (1, 2, 3)] == [
            {"A": Secret("one")},
            {"A": Secret("two")},
            {},
        ]


def test_what_no_key_opens_is_told_and_left_alone(database: Database) -> None:
    environment = set_in(database, Variables(Vault([new_key()])), a_value("LOST", "x"))
    set_in(database, Variables(Vault([OLD])), a_value("FINE", "y"))
    done = rotate(database, Vault([NEW, OLD]))
    assert (done.total, done.changed) == (2, 1)
    assert [f"LOST of {environment.id}" in each for each in done.unreadable] == [True]


def test_a_row_that_was_resealed_meanwhile_is_not_overwritten(database: Database) -> None:
    set_in(database, Variables(Vault([OLD])), a_value("A", "1"))
    with database.write() as connection:
        [row] = rows.after(connection, ("", "", 0), 10)
        assert rows.reseal(connection, row, b"another's")
        assert not rows.reseal(connection, row, b"ours")


def test_a_room_without_the_newest_key_is_named(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("DELETE FROM meta WHERE name LIKE 'secret_keys:%'"))
        an_environment(connection)
    known_keys.tell(database, "web", [OLD])
    known_keys.tell(database, "worker", [NEW, OLD])
    with pytest.raises(ConfigurationError, match="without the newest key: web on ") as refused:
        known_keys.require_known(database, NEW)
    assert "worker" not in str(refused.value)
    known_keys.tell(database, "web", [NEW, OLD])
    known_keys.require_known(database, NEW)
