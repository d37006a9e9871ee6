"""A deploy in the middle of much work: none of it fails because of that (fault J6)."""

import signal
from contextlib import closing
from pathlib import Path

import pytest

from tests.wakeups.running import RunningRedis
from tests.worker.running import Backroom

MANY = 20


@pytest.mark.parametrize("act", ["gated", "deaf"])
def test_twenty_running_jobs_survive_a_signal_to_the_whole_group(tmp_path: Path, redis: RunningRedis, act: str) -> None:
    with closing(Backroom(tmp_path, redis.url, WORKERS=str(MANY), SLIPWAY_LEASE_SECONDS="30")) as backroom:
        room = backroom.start("worker")
        backroom.tick()
        ids = [backroom.ask(f"{act}-{number}") for number in range(MANY)]
        for job_id in ids:
            backroom.wait_for_start(job_id)
        backroom.signal_all(room, signal.SIGTERM)
        assert room.wait(60) == 0
        assert [backroom.state(job_id) for job_id in ids] == [("pending", 0)] * MANY
        backroom.open_gate()
        backroom.start("worker")
        for job_id in ids:
            backroom.wait_for(job_id, "done")
        assert [backroom.count(f"done:{job_id}") for job_id in ids] == [1] * MANY
