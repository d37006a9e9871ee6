"""Whoever reaches Redis can write entries; none of them is executed (fault D13)."""

import json
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path

from engine.wakeups.rq import FUNCTION
from tests.wakeups.running import RunningRedis
from tests.wakeups.waiting import wait_until
from tests.worker.running import Backroom

Fields = dict[str, bytes | str]


class Gadget:
    """Runs a command when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.canary}",)


def call(function: str, *args: object, **kwargs: object) -> bytes:
    """An entry's data, as RQ writes it."""
    return zlib.compress(json.dumps([function, None, list(args), kwargs]).encode())


def forged(canary: Path) -> dict[str, Fields]:
    """Entries that would do something if a worker believed them. Each touches the canary by a way of its own."""
    touch = f"touch {canary}"
    ours = call(FUNCTION, "job_1")
    return {
        "os-system": {"data": call("os.system", touch)},
        "pickle": {"data": zlib.compress(pickle.dumps(Gadget(canary)))},
        "pickle-plain": {"data": pickle.dumps(Gadget(canary))},
        "other-function-of-ours": {"data": call("worker.rq_worker.leave_at_once")},
        "instance": {"data": zlib.compress(json.dumps([FUNCTION, touch, ["job_1"], {}]).encode())},
        "two-arguments": {"data": call(FUNCTION, "job_1", touch)},
        "no-argument": {"data": call(FUNCTION)},
        "keyword": {"data": call(FUNCTION, job_id="job_1")},
        "not-an-id": {"data": call(FUNCTION, {"job": "job_1"})},
        "id-with-a-path": {"data": call(FUNCTION, "../../job_1")},
        "broken-zlib": {"data": b"\x78\x9c broken"},
        "plain-json": {"data": json.dumps(["os.system", None, [touch], {}]).encode()},
        "not-json": {"data": zlib.compress(b"\xff\xfe")},
        "bomb": {"data": zlib.compress(b"0" * 50_000_000)},
        "giant": {"data": os.urandom(2_000_000)},
        "no-data": {"status": "queued"},
        "success-callback": {"data": ours, "success_callback_name": "os.system"},
        "failure-callback": {"data": ours, "failure_callback_name": "os.abort"},
        "stopped-callback": {"data": ours, "stopped_callback_name": "os.abort"},
        "webhook": {"data": ours, "webhooks": json.dumps([{"url": "http://127.0.0.1:1/"}])},
        "dependency": {"data": ours, "dependency_ids": '["job_2"]'},
        "retries": {"data": ours, "retries_left": "1000", "retry_intervals": "[0]"},
        "repeats": {"data": ours, "repeats_left": "1000", "repeat_intervals": "[0]"},
        "meta": {"data": ours, "meta": pickle.dumps(Gadget(canary))},
        "result": {"data": ours, "result": pickle.dumps(Gadget(canary))},
        "bad-date": {"data": ours, "created_at": "yesterday"},
        "bad-timeout": {"data": ours, "timeout": "for ever"},
        "bad-status": {"data": ours, "status": "root"},
    }


def plant(redis: RunningRedis, entries: dict[str, Fields]) -> None:
    """Puts the entries, and names that are none, into both queues."""
    with redis.client() as client:
        for name, fields in entries.items():
            client.hset(f"rq:job:{name}", mapping={"origin": "work", **fields})
            for queue in ("work", "quick"):
                client.rpush(f"rq:queue:{queue}", name)
                client.zadd(f"rq:wip:{queue}", {f"{name}:execution": 1})
                client.rpush(f"rq:queue:{queue}:intermediate", name)
        for queue in ("work", "quick"):
            client.rpush(f"rq:queue:{queue}", "missing", "../../etc", "a b", "é", "x" * 5000, "")


def test_no_forged_entry_is_executed_and_the_workers_live_on(
    backroom: Backroom, redis: RunningRedis, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    plant(redis, forged(canary))
    backroom.start("worker")
    with redis.client() as client:
        wait_until(lambda: not client.exists("rq:queue:work", "rq:queue:quick"), "the workers have seen every entry")
    backroom.tick()
    for queue in ("work", "quick"):
        job_id = backroom.ask(f"quick-{queue}", queue)
        backroom.wait_for(job_id, "done")
        assert backroom.starts(job_id)[0].where == "rq"
    assert not canary.exists()
    assert "lane.died" not in backroom.log("worker")
    assert "unhandled exception" not in backroom.log("worker")
    assert len(backroom.starts()) == 2


def test_an_entry_of_ours_is_believed(backroom: Backroom, redis: RunningRedis) -> None:
    job_id = backroom.ask("quick")
    with redis.client() as client:
        client.hset("rq:job:genuine", mapping={"origin": "work", "status": "queued", "data": call(FUNCTION, job_id)})
        client.rpush("rq:queue:work", "genuine")
    backroom.start("worker")
    backroom.wait_for(job_id, "done")
