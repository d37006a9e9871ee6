"""Redis in every kind of trouble: no job is lost, and afterwards RQ has them again (fault J4)."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom
from tests.worker.test_worker import rq_has_taken_over

PASSWORD = "nobody-knows"
Trouble = tuple[Callable[[RunningRedis], None], Callable[[RunningRedis], None]]


def pid_of(redis: RunningRedis) -> int:
    with redis.client() as client:
        return int(client.info("server")["process_id"])


def flush(redis: RunningRedis) -> None:
    with redis.client() as client:
        client.flushall()


def demand_a_password(redis: RunningRedis) -> None:
    with redis.client() as client:
        client.config_set("requirepass", PASSWORD)
        client.client_kill_filter(_type="normal", skipme=True)


def forget_the_password(redis: RunningRedis) -> None:
    with Redis(unix_socket_path=str(redis.socket), password=PASSWORD) as client:
        client.config_set("requirepass", "")


def refuse_writes(redis: RunningRedis) -> None:
    with redis.client() as client:
        client.replicaof("127.0.0.1", "1")


def take_writes(redis: RunningRedis) -> None:
    with redis.client() as client:
        client.replicaof("NO", "ONE")


class Freezing:
    """Hangs: it takes connections and answers nothing."""

    def __init__(self) -> None:
        self.pid = 0

    def freeze(self, redis: RunningRedis) -> None:
        self.pid = pid_of(redis)
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self, _redis: RunningRedis) -> None:
        os.kill(self.pid, signal.SIGCONT)


def nothing(_redis: RunningRedis) -> None:
    """It mends itself."""


HANG = Freezing()
TROUBLES: dict[str, Trouble] = {
    "killed": (RunningRedis.kill, RunningRedis.start),
    "flushed": (flush, nothing),
    "another password": (demand_a_password, forget_the_password),
    "read-only": (refuse_writes, take_writes),
    "hanging": (HANG.freeze, HANG.thaw),
}


@pytest.fixture
def redis() -> Iterator[RunningRedis]:
    """A server for each test: some troubles stay."""
    server = RunningRedis()
    yield server
    server.close()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_job_is_lost_and_afterwards_rq_has_them_again(backroom: Backroom, redis: RunningRedis, trouble: str) -> None:
    begin, end = TROUBLES[trouble]
    backroom.start("worker")
    backroom.tick()
    ids = [backroom.ask("gated")]
    backroom.wait_for_start(ids[0])
    begin(redis)
    ids += [backroom.ask(f"quick-{number}-{queue}", queue) for number in range(3) for queue in ("work", "quick")]
    for job_id in ids[1:]:
        backroom.wait_for(job_id, "done")
    backroom.open_gate()
    for job_id in ids:
        backroom.wait_for(job_id, "done")
        assert (backroom.count(f"done:{job_id}"), backroom.state(job_id)) == (1, ("done", 1))
    end(redis)
    wait_until(lambda: rq_has_taken_over(backroom), "a job runs in RQ", 60)
