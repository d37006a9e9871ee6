"""Wake-ups through RQ: entries that name one function and carry one job id. The worker's room is never imported."""

import time
from collections.abc import Sequence

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

#: The only function that an entry may name.
FUNCTION = "worker.rq_worker.run_job"

#: Builds, and what is short.
QUEUES = ("work", "quick")

#: Hints are worth the same, each makes a worker take the fairest job: a queue that is this long needs no more of them.
ENOUGH = 200

#: Seconds: a Redis that hangs must not hold up whoever wakes.
PATIENCE = 0.3
#: Seconds after a failure in which it isn't asked again.
PAUSE = 1.0
#: Seconds that RQ keeps a note of an entry whose worker died.
FAILURE_TTL = 60

log = structlog.get_logger(__name__)


class RqWakeups:
    """Hints as RQ entries. Connects when first used; a lost one is made good by the poke loop."""

    def __init__(self, redis_url: str, *, job_timeout: float = 900.0) -> None:
        self._redis = Redis.from_url(
            redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._job_timeout = int(job_timeout) + 30
        self._away_until = 0.0

    def wake(self, job_ids: Sequence[str], queue: str = "work") -> bool:
        """Puts one entry a job into the queue of RQ, unless it is full of hints; False when Redis is away."""
        if time.monotonic() < self._away_until:
            return False
        try:
            self._put(job_ids, queue)
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE
            log.warning("wakeups.redis_away", error=str(error), queue=queue)
            return False
        return True

    def alive(self) -> bool:
        """True when Redis takes entries; a full, read-only, spoilt or hanging one doesn't."""
        try:
            self._redis.set("slipway:alive", "1", ex=60)
            for name in QUEUES:
                self._redis.llen(Queue.redis_queue_namespace_prefix + name)
        except (RedisError, OSError):
            return False
        return True

    def close(self) -> None:
        """Closes the connections of this process."""
        self._redis.close()

    def _put(self, job_ids: Sequence[str], name: str) -> None:
        queue = Queue(name, connection=self._redis, serializer="json")
        room = ENOUGH - queue.count
        entries = [
            Queue.prepare_data(
                FUNCTION,
                args=(job_id,),
                timeout=self._job_timeout,
                result_ttl=0,
                failure_ttl=FAILURE_TTL,
                description=job_id,
            )
            for job_id in job_ids[: max(room, 0)]
        ]
        if entries:
            queue.enqueue_many(entries)
