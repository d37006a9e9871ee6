"""A build that is stopped at the very moment when a worker claims its job ends proven, not only in words (I18)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from engine.domain.build import Build
from engine.domain.event import Repository
from engine.store import builds, claims, jobs, previews, repositories
from engine.store.schema import jobs as job_rows
from tests.databases import Databases
from tests.store.building import INTERVALS, House
from tests.wakeups.waiting import wait_until

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def house(postgres_databases: Databases) -> Iterator[House]:
    """Where claims run beside other writers."""
    house = House(postgres_databases.shared())
    yield house
    house.close()


def a_waiting_build(house: House) -> Build:
    """A build that nobody has begun."""
    shop = Repository(7, "acme/shop", "main", private=False, clone_url="https://github.example/acme/shop.git")
    with house.database.write() as connection:
        repositories.record(connection, 1, shop, 1.0)
        preview = previews.ensure(
            connection,
            installation_id=1,
            repository_id=7,
            full_name="acme/shop",
            number=12,
            access="private",
            now=1.0,
        )
        return builds.ask(connection, preview=preview, sha="a" * 40, ask="", requested_by="octo", now=1.0)


def test_a_cancel_that_meets_a_claim_gets_a_job_that_proves_the_end(house: House) -> None:
    build = a_waiting_build(house)

    def cancel() -> None:
        with house.database.write() as connection:
            builds.cancel(connection, build.id, "octo", 2.0)

    def somebody_waits() -> bool:
        with house.database.read() as connection:
            return bool(connection.execute(WAITING).scalar_one())

    with ThreadPoolExecutor(1) as threads:
        with house.database.write(serial=False) as connection:
            moment = house.clock.now(connection)
            assert claims.claim(connection, "worker", ["work"], "", moment=moment, intervals=INTERVALS) is not None
            cancelling = threads.submit(cancel)
            wait_until(somebody_waits, "the cancel waits for the row of the job", seconds=30)
        cancelling.result(30)
    with house.database.read() as connection:
        live = select(job_rows.c.kind).where(jobs.is_live(job_rows), job_rows.c.subject == build.id)
        assert sorted(connection.execute(live).scalars()) == ["build", "cancel"]
        stopped = builds.by_id(connection, build.id)
    assert stopped is not None
    assert not stopped.state.terminal
