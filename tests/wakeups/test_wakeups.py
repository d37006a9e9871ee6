"""The Wakeups port, and what RQ's entries look like (faults J4, J13)."""

import socket
import time

import pytest
from rq import Queue

from engine.wakeups.rq import ENOUGH, FUNCTION, RqWakeups
from tests.wakeups.conftest import Bell
from tests.wakeups.running import RunningRedis


def test_hints_arrive_on_their_queue_in_order(bell: Bell) -> None:
    assert bell.wakeups.wake(["job_1", "job_2"], "work")
    assert bell.wakeups.wake(["job_3"], "quick")
    assert bell.heard("work") == ["job_1", "job_2"]
    assert bell.heard("quick") == ["job_3"]


def test_a_hint_may_be_given_again(bell: Bell) -> None:
    for _ in range(2):
        assert bell.wakeups.wake(["job_1"])
    assert bell.heard("work") == ["job_1", "job_1"]


def test_no_hints_are_no_trouble(bell: Bell) -> None:
    assert bell.wakeups.wake([])
    assert bell.heard("work") == []


def test_away_means_false_and_nothing_raised(bell: Bell) -> None:
    bell.go_away()
    assert bell.wakeups.wake(["job_1"]) is False


def test_an_entry_is_json_that_names_one_function_with_one_id_and_leaves_nothing_behind(redis: RunningRedis) -> None:
    wakeups = RqWakeups(redis.url, job_timeout=900)
    wakeups.wake(["job_1"])
    with redis.client() as client:
        [entry] = Queue("work", connection=client, serializer="json").jobs
        assert (entry.func_name, list(entry.args), entry.kwargs) == (FUNCTION, ["job_1"], {})
        assert (entry.result_ttl, entry.failure_ttl, entry.timeout) == (0, 60, 930)
        assert entry.id != "job_1"
    wakeups.close()


def test_a_queue_full_of_hints_gets_no_more(redis: RunningRedis) -> None:
    wakeups = RqWakeups(redis.url)
    for _ in range(3):
        assert wakeups.wake([f"job_{number}" for number in range(ENOUGH - 1)])
    with redis.client() as client:
        assert client.llen("rq:queue:work") == ENOUGH
    wakeups.close()


def test_hints_go_through_again_once_redis_is_back(redis: RunningRedis) -> None:
    wakeups = RqWakeups(redis.url)
    redis.kill()
    assert not wakeups.wake(["job_1"])
    assert not wakeups.alive()
    redis.start()
    assert wakeups.alive()
    deadline = time.monotonic() + 10
    while not wakeups.wake(["job_1"]):
        assert time.monotonic() < deadline
    wakeups.close()


@pytest.mark.parametrize(
    "command",
    [
        ["set", "rq:queue:work", "not a list"],
        ["config", "set", "min-replicas-to-write", "1"],
        ["config", "set", "maxmemory", "1"],
    ],
)
def test_a_redis_that_takes_no_entries_counts_as_away(redis: RunningRedis, command: list[str]) -> None:
    wakeups = RqWakeups(redis.url)
    with redis.client() as client:
        client.execute_command(*command)
    assert not wakeups.wake(["job_1"])
    assert not wakeups.alive()
    redis.kill()
    wakeups.close()


def test_a_redis_that_hangs_holds_nobody_up_for_long(tmp_path_factory: pytest.TempPathFactory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        wakeups = RqWakeups(f"redis://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        answers = [wakeups.wake(["job_1"]) for _ in range(50)]
        assert answers == [False] * 50
        assert time.monotonic() - started < 5
        wakeups.close()
