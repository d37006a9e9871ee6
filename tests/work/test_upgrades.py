"""Rolling upgrades: what another version asked for waits, and a migration takes nothing from who works (fault J16)."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import insert, update

from engine.domain.job import Job, JobKind, JobState
from engine.store.clock import ManualClock
from engine.store.migrate import alembic_config, upgrade
from engine.store.revision import HEAD
from engine.store.schema import jobs
from engine.wakeups.memory import MemoryWakeups
from engine.work.deadlines import Deadlines
from engine.work.poke import Poke
from tests.databases import Databases
from tests.store.building import INTERVALS, House, a_job
from tests.work.conftest import Workshop

RUNNING = 50


def become_new(shop: Workshop, job_id: str) -> None:
    """The job is of a kind that only a newer version knows."""
    with shop.database.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(kind="of-tomorrow"))


def test_a_job_of_a_newer_version_is_left_waiting_and_stops_no_other(shop: Workshop) -> None:
    newer, ours = shop.add(a_job("newer")), shop.add(a_job("ours"))
    become_new(shop, newer)
    assert shop.work()
    assert not shop.work()
    assert (shop.column(ours, "state"), shop.column(newer, "state"), shop.column(newer, "attempts")) == (
        "done",
        "pending",
        0,
    )


@pytest.mark.parametrize("state", ["pending", "running"])
def test_no_loop_of_an_older_version_buries_or_breaks_at_it(shop: Workshop, state: str) -> None:
    newer = shop.add(a_job("newer"))
    if state == "running":
        shop.claim(owner="a newer worker")
    become_new(shop, newer)
    wakeups = MemoryWakeups()
    for _ in range(40):
        shop.clock.advance(60)
        Poke(shop.database, shop.clock, wakeups, INTERVALS).beat()
        Deadlines(shop.database, shop.clock, {}, wakeups).beat()
        assert shop.store.claim("an older worker", ["work"]) is None
    assert shop.column(newer, "state") == "pending"


def test_jobs_that_run_during_a_migration_are_kept_renewed_and_ended_by_their_owners(databases: Databases) -> None:
    database = databases.bare()
    with database.write() as connection:
        config = alembic_config(connection)
        before = ScriptDirectory.from_config(config).get_revision(HEAD).down_revision
        command.upgrade(config, str(before))
        connection.execute(insert(jobs), [a_running_row(number) for number in range(RUNNING)])
    upgrade(database)
    house = House(database)
    held = [
        Job(f"job_{number}", JobKind.BUILD, 7, f"bld_{number}", "", fence=3, attempts=1) for number in range(RUNNING)
    ]
    assert set(house.store.renew(held)) == {job.id for job in held}
    assert house.store.claim("somebody else", ["work"]) is None
    assert all(house.store.finish(job, JobState.DONE) for job in held)
    assert house.states() == {"done": RUNNING}


def a_running_row(number: int) -> dict[str, object]:
    """A job that a worker holds, on the clock of `House`."""
    moment = ManualClock()
    return {
        "id": f"job_{number}",
        "kind": "build",
        "key": f"k{number}",
        "installation_id": 7,
        "subject": f"bld_{number}",
        "state": "running",
        "fence": 3,
        "attempts": 1,
        "clock": f"manual-{moment.boots}",
        "lease_until": moment.seconds + INTERVALS.lease,
        "owner": "a worker",
        "created_at": 1.0,
    }
