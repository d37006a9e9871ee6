"""Builders of what the store's tests speak about."""

from pathlib import Path

from sqlalchemy import select

from engine.domain.job import Job, JobKind
from engine.settings import Intervals
from engine.store import jobs
from engine.store.clock import ManualClock
from engine.store.database import Database
from engine.store.port import Delivery, NewJob
from engine.store.schema import jobs as jobs_table
from engine.store.sql import SqlStore
from tests.databases import furnish

INTERVALS = Intervals(lease=30, heartbeat=10, build_deadline=900, retry=2)


def a_database(folder: Path) -> Database:
    """A migrated database in a file of its own."""
    database = Database(f"sqlite:///{folder}/slipway.sqlite3")
    furnish(database)
    return database


def a_delivery(key: str = "gh:1", body: bytes = b"{}", installation: int = 7) -> Delivery:
    """A verified push."""
    return Delivery(key=key, source="github", event="push", body=body, installation_id=installation)


def a_job(
    key: str = "preview:1:1:abc:", *, installation: int = 7, order: str = "", queue: str = "work", delay: float = 0
) -> NewJob:
    """A build job."""
    return NewJob(
        kind=JobKind.BUILD,
        key=key,
        installation_id=installation,
        subject=f"bld_{key}",
        order_key=order,
        queue=queue,
        delay=delay,
    )


class House:
    """A store on a clock that tests move, with a few looks into its tables; in a new file if given a folder."""

    def __init__(self, where: Path | Database) -> None:
        self.database = where if isinstance(where, Database) else a_database(where)
        self.clock = ManualClock()
        self.store = SqlStore(self.database, INTERVALS, clock=self.clock)

    def add(self, new_job: NewJob) -> str:
        """Asks for a job that isn't there yet; its id."""
        with self.database.write() as connection:
            job_id = jobs.add(connection, new_job, self.clock)
        assert job_id is not None
        return job_id

    def claim(self, *, queue: str = "work", hint: str = "", owner: str = "here") -> Job:
        """Claims a job that must be there."""
        job = self.store.claim(owner, [queue], hint)
        assert job is not None
        return job

    def column(self, job_id: str, name: str) -> object:
        """One value of a job's row."""
        with self.database.read() as connection:
            return connection.execute(select(jobs_table.c[name]).where(jobs_table.c.id == job_id)).scalar_one()

    def states(self) -> dict[str, int]:
        """How many jobs are in which state."""
        found: dict[str, int] = {}
        with self.database.read() as connection:
            for state in connection.execute(select(jobs_table.c.state)).scalars():
                found[state] = found.get(state, 0) + 1
        return found

    def close(self) -> None:
        """Closes the database."""
        self.database.close()
