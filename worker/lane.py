"""A lane: one process that works on one queue, woken by RQ, or from SQL alone while Redis is away."""

import os
import signal
from dataclasses import dataclass
from enum import Enum
from types import FrameType

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq.exceptions import StopRequested
from sqlalchemy.exc import SQLAlchemyError

from engine.settings import Settings
from engine.wakeups.rq import RqWakeups
from worker.engine import Compose
from worker.parent import end_with_parent
from worker.rq_worker import ROOM, leave_at_once, make_worker
from worker.stopping import Stopping
from worker.watch import Watch

#: Seconds between tries to reach a Redis that is away, growing from the first to the second.
SOONEST, LATEST = 0.25, 5.0

log = structlog.get_logger(__name__)


class Source(Enum):
    """Where a lane hears of jobs."""

    RQ = "rq"
    SQL = "sql"


@dataclass(frozen=True)
class Lane:
    """One process to be."""

    name: str
    queue: str
    source: Source


def lanes_of(settings: Settings) -> list[Lane]:
    """One lane for quick jobs, `settings.workers` for builds, and one each that watches SQL beside them."""
    builds = [Lane(f"work-{number}", "work", Source.RQ) for number in range(1, settings.workers + 1)]
    beside = [Lane(f"sql-{queue}", queue, Source.SQL) for queue in ("quick", "work")]
    return [Lane("quick", "quick", Source.RQ), *builds, *beside]


def run_lane(lane: Lane, settings: Settings, compose: Compose, room: int, watch: Watch) -> None:
    """The whole life of a lane's process, whose parent is the process `room`; returns when it was told to stop."""
    end_with_parent(room)
    stopping = Stopping()
    ROOM.stopping = stopping
    ROOM.furnish(compose, settings, lane.queue, watch)
    structlog.contextvars.bind_contextvars(lane=lane.name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _told_to_stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    match lane.source:
        case Source.RQ:
            _listen_to_rq(lane, settings, stopping)
        case Source.SQL:
            _watch_sql(lane, settings, stopping)
    ROOM.close()
    leave_at_once()


def _listen_to_rq(lane: Lane, settings: Settings, stopping: Stopping) -> None:
    redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))
    pause = SOONEST
    while not stopping.times:
        try:
            make_worker(redis, [lane.queue], ROOM.watch, settings.intervals.lease).work()
            pause = SOONEST
        except StopRequested:
            break
        except (RedisError, OSError) as error:
            log.warning("lane.redis_away", error=str(error))
            pause = min(pause * 2, LATEST)
        finally:
            # RQ's handler raises out of its loop, which has ended.
            signal.signal(signal.SIGTERM, _told_to_stop)
        stopping.wait(pause)


def _told_to_stop(_number: int, _frame: FrameType | None) -> None:
    if ROOM.stopping is not None and ROOM.stopping.ask():
        ROOM.leave()


def _watch_sql(lane: Lane, settings: Settings, stopping: Stopping) -> None:
    redis = RqWakeups(settings.redis_url)
    while not stopping.wait(settings.intervals.runner):
        if redis.alive():
            continue
        log.info("lane.works_without_redis", owner=os.getpid())
        try:
            while not stopping.times and not redis.alive() and ROOM.runner().run_one([lane.queue]):
                pass
        except SQLAlchemyError as error:
            log.warning("lane.sql_away", error=str(error))
