"""The RQ side of the back room: the one function that entries name, and the workers that run it."""

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import SimpleWorker, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.utils import now
from rq.worker import BaseWorker, WorkerStatus

from engine.settings import Settings
from engine.work.heartbeat import Heartbeat
from engine.work.runner import Runner
from worker.engine import Compose, Engine
from worker.parent import end_with_parent
from worker.safe_job import SafeJob
from worker.stopping import Stopping
from worker.watch import Watch, Watcher

#: Seconds for which one wake-up of the quick queue goes on with what else is due.
GO_ON = 10.0

#: Seconds for which RQ believes in a silent worker.
WORKER_TTL = 30

#: Seconds between two looks of a worker at its work-horse, at most (RQ counts whole ones).
LONGEST_LOOK = 5

log = structlog.get_logger(__name__)


class Room:
    """What `run_job` works with. RQ calls a function by its name, so this is where the process's main leaves it."""

    def __init__(self) -> None:
        self.stopping: Stopping | None = None
        self.watch = Watch()
        self._compose: Compose | None = None
        self._settings: Settings | None = None
        self._queue = ""
        self._runner: Runner | None = None
        self._engine: Engine | None = None
        self._pid = 0

    def furnish(self, compose: Compose, settings: Settings, queue: str, watch: Watch) -> None:
        """Says what this process works with; nothing is connected yet."""
        self._compose, self._settings, self._queue, self.watch = compose, settings, queue, watch

    def work(self, job_id: str) -> None:
        """Runs the fairest due job (`job_id` is the hint); of the quick queue all that are due, for a while."""
        runner = self.runner()
        until = time.monotonic() + (GO_ON if self._queue == "quick" else 0)
        while runner.run_one([self._queue], job_id) and time.monotonic() < until:
            pass

    def runner(self) -> Runner:
        """This process's runner, composed when first asked for: connections must not live through a fork."""
        if self._runner is None or self._pid != os.getpid():
            if self._compose is None or self._settings is None:
                raise RuntimeError("running a job: this process was not furnished by the worker's main")
            self._pid = os.getpid()
            self._engine = self._compose(self._settings)
            owner = f"{os.uname().nodename}:{self._pid}"
            intervals = self._settings.intervals
            heartbeat = Heartbeat(
                self._engine.store, intervals, breathe=self.watch.breathe, end_process=end_with_a_deaf_job
            )
            self._runner = Runner(self._engine.store, self._engine.handlers, intervals, owner, heartbeat=heartbeat)
            if self.stopping is not None and self.stopping.times:
                self.leave()
        return self._runner

    def leave(self) -> None:
        """A running job ends by itself, or is given back when the time to drain is over. Safe in a signal handler."""
        if self._runner is None or self._pid != os.getpid() or self._settings is None:
            return
        urgent = self.stopping is not None and self.stopping.urgent
        self._runner.leave(0 if urgent else self._settings.intervals.drain, leave_at_once)

    def close(self) -> None:
        """Ends this process's runner and its connections."""
        if self._runner is not None and self._pid == os.getpid():
            self._runner.close()
        if self._engine is not None and self._pid == os.getpid():
            self._engine.database.close()
        self._runner = None
        self._engine = None


ROOM = Room()


def run_job(job_id: str) -> None:
    """The function that RQ entries name."""
    ROOM.work(job_id)


def leave_at_once() -> None:
    """Ends the process without another word: its jobs were given back."""
    os._exit(0)


def end_with_a_deaf_job() -> None:
    """Ends the process together with its job, which has lost its lease and goes on all the same."""
    os._exit(1)


class OurWorker(BaseWorker):
    """What both kinds of worker do our way: no commands over Redis, no retries, our own shutdown."""

    max_connection_wait_time = 2.0

    def subscribe(self) -> None:
        """Nobody commands a worker through Redis."""

    def unsubscribe(self) -> None:
        """There is nothing to unsubscribe from."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ calls it before it waits for Redis. A stop that was asked for counts here too: what the handler of the
        signal raises is lost where Python calls a destructor at that moment, and RQ would wait for ever.
        """
        if self._stop_requested and self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        super().heartbeat(timeout, pipeline)

    def run_maintenance_tasks(self) -> None:
        """Empties RQ's registries instead of acting on them: what matters is in SQL."""
        with self.connection.pipeline() as pipeline:
            for queue in self.queues:
                pipeline.delete(queue.intermediate_queue_key)
                for registry in (queue.started_job_registry, queue.failed_job_registry):
                    pipeline.zremrangebyscore(registry.key, 0, time.time())
            pipeline.execute()
        self.last_cleaned_at = now()  # type: ignore[assignment]  # RQ's own annotation is missing

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._told_to_stop)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if ROOM.stopping is None or not ROOM.stopping.ask():
            return
        ROOM.leave()
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested


class QuickWorker(OurWorker, SimpleWorker):
    """Runs short jobs in its own process, without the fork's milliseconds."""


class BuildWorker(OurWorker, Worker):
    """Runs each job in a process of its own, forked with the heavy modules loaded."""

    #: Set by `make_worker`.
    watcher: Watcher

    def maintain_heartbeats(self, job: Job) -> None:
        """Called every few seconds while the work-horse runs: one that is stuck is killed, whatever Redis says."""
        if self.horse_pid and self.watcher.stuck() == self.horse_pid:
            log.error("horse.stuck", pid=self.horse_pid)
            self.kill_horse()
            return
        # Nobody asks RQ who lives: the leases in SQL say so.
        with suppress(RedisError):
            super().maintain_heartbeats(job)

    def setup_work_horse_signals(self) -> None:
        """The job hears SIGTERM too: it goes back to the queue instead of dying."""
        ROOM.stopping = Stopping()
        end_with_parent(self.pid or os.getppid())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._horse_told_to_stop)

    def _horse_told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if ROOM.stopping is not None and ROOM.stopping.ask():
            ROOM.leave()


def make_worker(redis: Redis, queues: Sequence[str], watch: Watch, lease: float) -> BaseWorker:
    """The worker for one queue (more than one, and RQ may lose an entry). Raises RedisError when Redis is away."""
    kind = QuickWorker if "quick" in queues else BuildWorker
    look = max(1, min(LONGEST_LOOK, int(lease / 3)))
    made = kind(
        list(queues),
        connection=redis,
        serializer="json",
        job_class=SafeJob,
        worker_ttl=WORKER_TTL,
        job_monitoring_interval=look,
        log_job_description=False,
    )
    if isinstance(made, BuildWorker):
        made.watcher = Watcher(watch, every=look, patience=lease)
    return made
