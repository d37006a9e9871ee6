"""Workers that lose their parent, are frozen, or can't reach SQL: who is late writes nothing (faults J2, J3, J11)."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from engine.store.schema import jobs
from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom, environment_of, parent_of


def test_when_only_the_parent_is_killed_its_work_horse_gives_the_job_back_and_the_effect_is_there_once(
    backroom: Backroom,
) -> None:
    backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("gated")
    for _ in range(3):
        start = backroom.starts(job_id)[-1] if backroom.starts(job_id) else backroom.wait_for_start(job_id)
        os.kill(parent_of(start.pid), signal.SIGKILL)
        backroom.wait_for_start(job_id, times=start.fence + 1)
    assert backroom.state(job_id) == ("running", 1), "giving back is no attempt"
    backroom.open_gate()
    backroom.wait_for(job_id, "done")
    assert backroom.count(f"done:{job_id}") == 1


def test_a_deaf_orphan_ends_its_job_or_is_shut_out_but_never_both(backroom: Backroom) -> None:
    backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("deaf")
    start = backroom.wait_for_start(job_id)
    os.kill(parent_of(start.pid), signal.SIGKILL)
    backroom.open_gate()
    backroom.wait_for(job_id, "done")
    wait_until(lambda: not environment_of(start.pid), "the orphan has ended", 30)
    assert backroom.count(f"done:{job_id}") == 1


def test_a_whole_room_that_was_frozen_longer_than_its_leases_is_shut_out_of_every_job(backroom: Backroom) -> None:
    room = backroom.start("worker")
    backroom.tick()
    ids = [backroom.ask(f"deaf-{number}", queue) for number, queue in enumerate(("work", "work", "quick"))]
    zombies = [backroom.wait_for_start(job_id).pid for job_id in ids]
    backroom.signal_all(room, signal.SIGSTOP)
    backroom.open_gate()
    backroom.start("worker")
    for job_id in ids:
        backroom.wait_for(job_id, "done")
    backroom.signal_all(room, signal.SIGCONT)
    wait_until(lambda: backroom.log("worker").count("job.fenced") == len(ids), "each zombie is shut out", 30)
    assert [backroom.count(f"done:{job_id}") for job_id in ids] == [1, 1, 1]
    assert len(set(zombies)) == len(ids)


def test_a_frozen_work_horse_is_ended_by_its_worker_and_another_goes_on(backroom: Backroom) -> None:
    backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("deaf")
    frozen = backroom.wait_for_start(job_id).pid
    os.kill(frozen, signal.SIGSTOP)
    backroom.wait_for_start(job_id, times=2)
    wait_until(lambda: not environment_of(frozen), "the frozen one is ended", 30)
    backroom.open_gate()
    backroom.wait_for(job_id, "done")
    assert backroom.count(f"done:{job_id}") == 1


def test_whoever_cannot_renew_its_lease_stops_before_it_ends(tmp_path: Path, redis: RunningRedis) -> None:
    with closing(Backroom(tmp_path, redis.url, SLIPWAY_LEASE_SECONDS="9", SLIPWAY_HEARTBEAT_SECONDS="1")) as backroom:
        backroom.start("worker")
        backroom.tick()
        job_id = backroom.ask("gated")
        backroom.wait_for_start(job_id)
        other = sqlite3.connect(tmp_path / "slipway.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        wait_until((tmp_path / "left").exists, "the job is left", 30)
        with backroom.database.read() as connection:
            lease_until = connection.execute(select(jobs.c.lease_until).where(jobs.c.id == job_id)).scalar_one()
        other.execute("ROLLBACK")
        other.close()
        assert float((tmp_path / "left").read_text().split()[2]) < lease_until
        backroom.open_gate()
        backroom.wait_for(job_id, "done")
        assert backroom.count(f"done:{job_id}") == 1
