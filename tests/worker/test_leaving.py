"""A lane that was told to stop leaves, also when the word was lost on its way through Python."""

import pytest
from redis import Redis
from rq.exceptions import StopRequested

from tests.wakeups.running import RunningRedis
from worker.rq_worker import make_worker
from worker.watch import Watch


@pytest.mark.parametrize("queue", ["work", "quick"])
def test_a_stop_is_heeded_while_redis_is_away(queue: str) -> None:
    redis = RunningRedis()
    with Redis.from_url(redis.url) as connection:
        worker = make_worker(connection, [queue], Watch(), 30.0)
        worker.heartbeat()
        redis.close()
        # As the signal's handler leaves it where what it raises is ignored; RQ calls this before each wait for Redis.
        worker._stop_requested = True
        with pytest.raises(StopRequested):
            worker.heartbeat()
