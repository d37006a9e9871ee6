"""Jobs that hang: their process really ends, their report is terminal, and the pool lives on (faults J9, J10)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom, environment_of

QUEUES = ("work", "quick")


@pytest.fixture
def backroom(tmp_path: Path, redis: RunningRedis) -> Iterator[Backroom]:
    """One whose jobs may take two seconds."""
    backroom = Backroom(tmp_path, redis.url, SLIPWAY_BUILD_DEADLINE_SECONDS="2")
    yield backroom
    backroom.close()


def is_gone(pid: int) -> bool:
    return not environment_of(pid)


@pytest.mark.parametrize("act", ["deaf", "stubborn"])
def test_a_job_that_hangs_is_buried_at_its_deadline_and_its_process_is_ended(backroom: Backroom, act: str) -> None:
    backroom.start("worker")
    backroom.tick()
    for job_id in [backroom.ask(f"{act}-{queue}", queue) for queue in QUEUES]:
        pid = backroom.wait_for_start(job_id).pid
        backroom.wait_for(job_id, "dead")
        assert (backroom.count(f"buried:{job_id}"), backroom.state(job_id)) == (1, ("dead", 1))
        wait_until(lambda pid=pid: is_gone(pid), "the process that hangs is ended", 30)  # type: ignore[misc]
    for job_id in [backroom.ask(f"quick-{queue}", queue) for queue in QUEUES]:
        backroom.wait_for(job_id, "done")


def test_a_job_that_seizes_the_interpreter_is_killed_from_outside_each_time_and_dead_after_three(
    backroom: Backroom,
) -> None:
    backroom.start("worker")
    backroom.tick()
    ids = [backroom.ask(f"seized-{queue}", queue) for queue in QUEUES]
    for job_id in ids:
        backroom.wait_for(job_id, "dead")
        assert backroom.count(f"buried:{job_id}") == 1
        for start in backroom.starts(job_id):
            wait_until(lambda pid=start.pid: is_gone(pid), "the process that hangs is ended", 30)  # type: ignore[misc]
    for job_id in [backroom.ask(f"quick-{queue}", queue) for queue in QUEUES]:
        backroom.wait_for(job_id, "done")


def test_a_job_that_hangs_while_redis_is_away_is_ended_too(backroom: Backroom, redis: RunningRedis) -> None:
    redis.kill()
    backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("stubborn")
    start = backroom.wait_for_start(job_id)
    assert start.where == "sql"
    backroom.wait_for(job_id, "dead")
    wait_until(lambda: is_gone(start.pid), "the process that hangs is ended", 30)


def test_an_error_larger_than_any_log_is_an_ordinary_error(backroom: Backroom) -> None:
    backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("verbose")
    backroom.wait_for(job_id, "dead")
    assert backroom.count(f"buried:{job_id}") == 1
    assert len(backroom.log("worker")) < 1_000_000
    backroom.wait_for(backroom.ask("quick"), "done")
