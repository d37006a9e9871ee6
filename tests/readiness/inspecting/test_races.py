"""Many at once ask for one inspection, or look at one base: there is one of each, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, func, select

from engine.store import inspections, jobs
from engine.store.database import Database
from engine.store.inspections import BaseSeen, Wanted
from engine.store.readiness_schema import inspections as rows
from engine.store.schema import jobs as job_rows
from tests.databases import Databases

NOW = 1_700_000_000.0
SHA = "a" * 40
AT_ONCE = 6


def all_at_once(database: Database, write: Callable[[Connection, int], object]) -> None:
    """Each in a transaction of its own."""

    def one(number: int) -> None:
        with database.write() as connection:
            write(connection, number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(one, number) for number in range(AT_ONCE)]:
            done.result()


def test_all_who_ask_at_once_have_one_inspection_and_one_job(databases: Databases) -> None:
    database = databases.shared()
    all_at_once(database, lambda connection, number: inspections.ask(connection, Wanted(1, 7, 12, SHA), NOW + number))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(rows)).scalar_one() == 1
        live = select(func.count()).select_from(job_rows).where(jobs.is_live(job_rows))
        assert connection.execute(live).scalar_one() == 1


def test_all_that_look_at_one_base_store_it_once(databases: Databases) -> None:
    database = databases.shared()
    seen = BaseSeen(1, 7, SHA, "{}")
    all_at_once(database, lambda connection, number: inspections.keep_base(connection, seen, NOW + number))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(rows)).scalar_one() == 1


def test_a_base_that_is_asked_for_while_it_is_stored_is_looked_at_and_told_of(databases: Databases) -> None:
    database = databases.shared()

    def write(connection: Connection, number: int) -> None:
        if number % 2:
            inspections.ask(connection, Wanted(1, 7, 0, SHA), NOW)
        else:
            inspections.keep_base(connection, BaseSeen(1, 7, SHA, "{}"), NOW)

    all_at_once(database, write)
    with database.read() as connection:
        found = inspections.of_commit(connection, 7, 0, SHA)
    assert found is not None
    assert (found.reported, found.state.over) == (True, False)
