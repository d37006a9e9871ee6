"""The workers' room as real processes (requirement P14; faults J1, J2, J4, J6 to J8)."""

import os
import signal
import time
from pathlib import Path

from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom


def test_every_job_runs_inside_an_rq_job_function(backroom: Backroom) -> None:
    backroom.start("worker")
    backroom.tick()
    ids = [backroom.ask(f"quick-{queue}-{number}", queue) for number in range(4) for queue in ("work", "quick")]
    for job_id in ids:
        backroom.wait_for(job_id, "done")
    assert {start.where for start in backroom.starts()} == {"rq"}
    assert sorted(start.job_id for start in backroom.starts()) == sorted(ids)


def test_a_worker_killed_in_the_middle_of_a_job_is_followed_by_another_and_the_effect_is_there_once(
    backroom: Backroom,
) -> None:
    backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("gated")
    os.kill(backroom.wait_for_start(job_id).pid, signal.SIGKILL)
    second = backroom.wait_for_start(job_id, times=2)
    backroom.open_gate()
    backroom.wait_for(job_id, "done")
    assert (second.fence, second.where, backroom.count(f"done:{job_id}")) == (2, "rq", 1)


def test_when_the_whole_room_is_killed_nothing_is_left_and_the_next_room_goes_on(backroom: Backroom) -> None:
    room = backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("gated")
    backroom.wait_for_start(job_id)
    room.kill()
    room.wait()
    wait_until(lambda: not backroom.alive(), "the lanes follow their parent")
    backroom.open_gate()
    backroom.start("worker")
    backroom.wait_for(job_id, "done")
    assert backroom.count(f"done:{job_id}") == 1


def test_a_job_that_takes_its_worker_along_each_time_is_dead_after_three_and_others_go_on(backroom: Backroom) -> None:
    backroom.start("worker")
    backroom.tick()
    deadly = [backroom.ask("deadly-1", "work"), backroom.ask("deadly-2", "quick")]
    fine = [backroom.ask("quick-1", "work"), backroom.ask("quick-2", "quick")]
    for job_id in deadly:
        backroom.wait_for(job_id, "dead")
        assert (len(backroom.starts(job_id)), backroom.count(f"buried:{job_id}")) == (3, 1)
    for job_id in fine:
        backroom.wait_for(job_id, "done")


def test_while_redis_is_away_jobs_are_found_in_sql_and_afterwards_rq_has_them_again(
    backroom: Backroom, redis: RunningRedis
) -> None:
    redis.kill()
    backroom.start("worker")
    backroom.tick()
    for queue in ("work", "quick"):
        job_id = backroom.ask(f"quick-{queue}", queue)
        assert backroom.wait_for_start(job_id).where == "sql"
        backroom.wait_for(job_id, "done")
    redis.start()
    wait_until(lambda: rq_has_taken_over(backroom), "a job runs in RQ")


def rq_has_taken_over(backroom: Backroom) -> bool:
    job_id = backroom.ask(f"quick-{time.monotonic_ns()}")
    backroom.wait_for(job_id, "done")
    return backroom.starts(job_id)[0].where == "rq"


def test_redis_killed_while_jobs_run_loses_none(backroom: Backroom, redis: RunningRedis) -> None:
    backroom.start("worker")
    backroom.tick()
    running = [backroom.ask(f"gated-{number}") for number in range(2)]
    for job_id in running:
        backroom.wait_for_start(job_id)
    redis.kill()
    waiting = [backroom.ask(f"quick-{number}") for number in range(5)]
    backroom.open_gate()
    for job_id in running + waiting:
        backroom.wait_for(job_id, "done")
        assert backroom.count(f"done:{job_id}") == 1


def test_told_to_stop_a_listening_build_goes_back_at_once_without_an_attempt(backroom: Backroom) -> None:
    room = backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("gated")
    backroom.wait_for_start(job_id)
    room.terminate()
    assert room.wait(10) == 0
    assert backroom.state(job_id) == ("pending", 0)
    assert backroom.alive() == []


def test_told_to_stop_a_deaf_build_is_given_back_when_the_time_to_drain_is_over(backroom: Backroom) -> None:
    room = backroom.start("worker")
    backroom.tick()
    build, short = backroom.ask("deaf-1"), backroom.ask("deaf-2", "quick")
    for job_id in (build, short):
        backroom.wait_for_start(job_id)
    room.terminate()
    assert room.wait(10) == 0
    assert [backroom.state(job_id) for job_id in (build, short)] == [("pending", 0)] * 2


def test_told_twice_it_ends_at_once_and_gives_back(tmp_path: Path, redis: RunningRedis) -> None:
    backroom = Backroom(tmp_path, redis.url, SLIPWAY_DRAIN_SECONDS="60")
    room = backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("deaf")
    backroom.wait_for_start(job_id)
    room.terminate()
    told_at = time.monotonic()
    wait_until(lambda: time.monotonic() - told_at > 1.1, "a second signal counts as one")
    room.terminate()
    assert room.wait(5) == 0
    assert backroom.state(job_id) == ("pending", 0)
    backroom.close()


def test_a_job_that_ends_within_the_time_to_drain_is_done(backroom: Backroom) -> None:
    room = backroom.start("worker")
    backroom.tick()
    job_id = backroom.ask("deaf", "quick")
    backroom.wait_for_start(job_id)
    room.terminate()
    backroom.open_gate()
    assert room.wait(10) == 0
    assert backroom.state(job_id) == ("done", 1)


def test_an_unmigrated_database_is_refused_before_anything_starts(tmp_path: Path, redis: RunningRedis) -> None:
    backroom = Backroom(tmp_path, redis.url, migrated=False)
    for room in ("worker", "clock"):
        assert backroom.start(room).wait(20) == 1
        assert "Run `slipway admin migrate`" in backroom.log(room)
    backroom.close()
