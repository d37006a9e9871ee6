"""PostgreSQL beyond what all databases promise: its durability, its restarts, its secrets, and who need not wait."""

import traceback
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from engine.domain.job import JobKind
from engine.errors import ConfigurationError
from engine.store import generations, jobs
from engine.store.database import Database, DatabaseAway, require_durability
from engine.store.migrate import require_current, upgrade
from engine.store.port import Taken
from engine.store.postgres import shortcomings_of
from engine.store.schema import meta
from tests.databases import Databases
from tests.postgres import RunningPostgres, running_postgres
from tests.store.building import House, a_delivery, a_job

GOOD = {
    "synchronous_commit": "on",
    "synchronous_standby_names": "",
    "fsync": "on",
    "full_page_writes": "on",
    "server_encoding": "UTF8",
    "server_version_num": "180000",
}
STANDBYS = {"synchronous_standby_names": "1 (second)"}


@pytest.fixture
def house(postgres_databases: Databases) -> Iterator[House]:
    """A store over PostgreSQL."""
    house = House(postgres_databases.shared())
    yield house
    house.close()


@pytest.fixture(scope="module")
def careless() -> Iterator[RunningPostgres]:
    """A server that may be killed, and that doesn't wait for its disk."""
    with running_postgres({"fsync": "off", "full_page_writes": "off"}) as server:
        yield server


def test_a_server_as_it_comes_is_durable(house: House) -> None:
    require_durability(house.database)


def test_a_server_that_does_not_wait_for_its_disk_is_refused_with_what_to_do(careless: RunningPostgres) -> None:
    database = Database(careless.url("postgres"))
    with pytest.raises(ConfigurationError) as caught:
        require_durability(database)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["DATABASE_URL"] * 2
    assert "ALTER SYSTEM SET fsync = on" in str(caught.value)
    assert "ALTER SYSTEM SET full_page_writes = on" in str(caught.value)
    database.close()


def test_a_database_whose_commits_do_not_wait_is_refused(postgres_databases: Databases) -> None:
    database = postgres_databases.bare()
    with database.write() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    again = Database(database.url)
    with pytest.raises(ConfigurationError, match=r"synchronous_commit=off.*ALTER DATABASE"):
        require_durability(again)
    again.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"synchronous_commit": "remote_apply"}, ""),
        ({"synchronous_commit": "local"}, ""),
        ({"synchronous_commit": "remote_write"}, ""),
        (STANDBYS, ""),
        ({"synchronous_commit": "off"}, "synchronous_commit=off"),
        (STANDBYS | {"synchronous_commit": "local"}, "synchronous_commit=local"),
        (STANDBYS | {"synchronous_commit": "remote_write"}, "synchronous_commit=remote_write"),
        ({"fsync": "off"}, "fsync=off"),
        ({"full_page_writes": "off"}, "full_page_writes=off"),
        ({"server_encoding": "SQL_ASCII"}, "SQL_ASCII"),
        ({"server_version_num": "120009"}, "older than PostgreSQL 13"),
    ],
)
def test_what_may_lose_a_commit_is_told(change: dict[str, str], said: str) -> None:
    problems = shortcomings_of(GOOD | change, standby=False)
    assert said in "".join(problems)
    assert len(problems) == bool(said)


def test_a_standby_is_refused() -> None:
    (problem,) = shortcomings_of(GOOD, standby=True)
    assert "Name the primary server" in problem


def test_connections_that_died_with_the_server_are_replaced_unnoticed(careless: RunningPostgres) -> None:
    database = Database(careless.new_database())
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (n INT)")
        connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
    for end in (careless.kill, careless.stop):
        end()
        careless.start()
        with database.read() as connection:
            assert connection.exec_driver_sql("SELECT n FROM kept").scalars().all() == [1]
    database.close()


def test_a_server_that_is_away_is_an_error_of_the_database_until_it_is_back(careless: RunningPostgres) -> None:
    database = Database(careless.new_database())
    with pytest.raises(OperationalError), database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE lost (n INT)")
        careless.kill()
    with pytest.raises(OperationalError), database.read():
        pass
    careless.start()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE tablename = 'lost'").scalar_one() == 0
    database.close()


@pytest.mark.parametrize("look", [require_durability, require_current, upgrade])
def test_a_server_that_is_away_at_the_start_is_told_in_a_sentence(look: Callable[[Database], None]) -> None:
    database = Database("postgresql://slipway:hunter2@/slipway?host=/nowhere")
    with pytest.raises(DatabaseAway) as caught:
        look(database)
    (problem,) = caught.value.problems
    assert problem.startswith("DATABASE_URL: opening the database: ")
    assert problem.endswith("No such file or directory. Start its server, or mend the address.")
    assert "hunter2" not in problem
    database.close()


def test_a_password_is_shown_by_no_error() -> None:
    database = Database("postgres://slipway:hunter2@/slipway?host=/nowhere")
    with pytest.raises(OperationalError) as caught, database.read():
        pass
    shown = "".join(traceback.format_exception(caught.value)) + repr(database) + repr(database.engine)
    assert "hunter2" not in shown
    assert "/nowhere" in shown
    database.close()


def test_what_people_wrote_is_shown_by_no_error(house: House) -> None:
    with pytest.raises(Exception, match="duplicate key") as caught, house.database.write() as connection:
        for _ in range(2):
            connection.execute(meta.insert().values(name="secret", value="hunter2"))
    assert "hunter2" not in str(caught.value)


def test_a_character_that_the_database_cant_hold_is_shown_as_such(house: House) -> None:
    with house.database.write() as connection:
        connection.execute(meta.insert().values(name="output", value="a\x00b\u2603"))
        assert connection.execute(select(meta.c.value).where(meta.c.name == "output")).scalar_one() == "a\ufffdb\u2603"


def test_deliveries_claims_and_heartbeats_do_not_wait_for_another_writer(house: House) -> None:
    house.add(a_job("a"))
    house.add(a_job("b"))
    held = house.claim()
    hurried = House(Database(house.database.url, busy_timeout_ms=1000))
    house.clock.advance(11)
    hurried.clock.advance(11)
    with house.database.write() as connection:
        generations.bump(connection, "routes")
        assert hurried.store.take([a_delivery()])[0][0] is Taken.NEW
        assert hurried.store.claim("other", ["work"]) is not None
        assert hurried.store.renew([held]) == {held.id: ""}
    assert house.column(held.id, "lease_until") == house.clock.seconds + 30
    hurried.close()


def test_a_job_that_another_writer_holds_is_passed_over_not_waited_for(house: House) -> None:
    first, second = house.add(a_job("a")), house.add(a_job("b"))
    hurried = House(Database(house.database.url, busy_timeout_ms=1000))
    with house.database.write() as connection:
        jobs.want_stop(connection, subject="bld_a", kind=JobKind.BUILD, why="cancelled")
        assert hurried.claim().id == second
        assert hurried.store.claim("other", ["work"]) is None
    assert house.column(first, "state") == "cancelled"
    hurried.close()


def test_an_expired_job_that_another_writer_holds_is_passed_over_too(house: House) -> None:
    house.add(a_job("a"))
    second = house.add(a_job("b"))
    hurried = House(Database(house.database.url, busy_timeout_ms=1000))
    assert house.claim().subject == "bld_a"
    hurried.clock.advance(31)
    with house.database.write() as connection:
        jobs.want_stop(connection, subject="bld_a", kind=JobKind.BUILD, why="cancelled")
        assert hurried.claim().id == second
    assert hurried.claim().stop_wanted == "cancelled"
    hurried.close()


def test_a_writer_that_is_frozen_is_ended_before_a_lease_is(house: House) -> None:
    with house.database.write() as connection:
        limits = [
            connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")
        ]
    assert limits == ["15s", "30s", "1min"]
