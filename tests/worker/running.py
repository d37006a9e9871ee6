"""The back room's real processes around one data folder, and what tests see of them."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from engine.domain.job import JobKind
from engine.settings import read_settings
from engine.store import generations, jobs
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.port import NewJob
from engine.store.schema import jobs as jobs_table
from tests.wakeups.waiting import wait_until
from tests.worker.backroom import compose
from worker.loops import loops_of, run_loops
from worker.stopping import Stopping

ROOT = Path(__file__).parents[2]

FAST = {
    "SLIPWAY_LEASE_SECONDS": "1.2",
    "SLIPWAY_HEARTBEAT_SECONDS": "0.3",
    "SLIPWAY_POKE_SECONDS": "0.2",
    "SLIPWAY_OUTBOX_SECONDS": "0.05",
    "SLIPWAY_DEADLINES_SECONDS": "0.2",
    "SLIPWAY_RUNNER_SECONDS": "0.2",
    "SLIPWAY_RETRY_SECONDS": "0.1",
    "SLIPWAY_DRAIN_SECONDS": "1",
    "WORKERS": "2",
}


@dataclass(frozen=True)
class Start:
    """A line of the ledger: a job's run started."""

    job_id: str
    fence: int
    pid: int
    where: str


class Backroom:
    """One data folder and the processes that work on it."""

    def __init__(self, folder: Path, redis_url: str, *, migrated: bool = True, **settings: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, **FAST, **settings, "DATA_DIR": str(folder), "REDIS_URL": redis_url}
        self.database = Database(f"sqlite:///{folder}/slipway.sqlite3")
        if migrated:
            upgrade(self.database)
        self.processes: list[subprocess.Popen[str]] = []
        self.stopping = Stopping()
        self.clock: threading.Thread | None = None

    def start(self, room: str) -> "subprocess.Popen[str]":
        """Starts `worker` or `clock`."""
        log = (self.folder / f"{room}.log").open("a")
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.backroom", room],
            cwd=ROOT,
            env=self.environment,
            stderr=log,
            text=True,
            # A group of its own, as service managers make it, and signal it as a whole.
            start_new_session=True,
        )
        log.close()
        self.processes.append(process)
        return process

    def signal_all(self, process: "subprocess.Popen[str]", number: signal.Signals) -> None:
        """To a room and everything below it, work-horses in groups of their own included."""
        for pid in [process.pid, *below(process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def tick(self) -> None:
        """The clock's loops, in a thread here: what a process of them does is test_clock's."""
        settings = read_settings(self.environment)
        engine = compose(settings)
        loops = loops_of(engine, settings.intervals, self.stopping)

        def run() -> None:
            run_loops(loops, self.stopping)
            engine.database.close()
            engine.wakeups.close()

        self.clock = threading.Thread(target=run)
        self.clock.start()

    def ask(self, subject: str, queue: str = "work") -> str:
        """Asks for a job, telling nobody: the clock finds it."""
        kind = JobKind.BUILD if queue == "work" else JobKind.REMOVE
        new_job = NewJob(kind=kind, key=subject, installation_id=1, subject=subject, queue=queue)
        with self.database.write() as connection:
            job_id = jobs.add(connection, new_job)
        assert job_id is not None
        return job_id

    def starts(self, job_id: str = "") -> list[Start]:
        """What the ledger says, of one job or of all."""
        ledger = self.folder / "ledger"
        lines = ledger.read_text().splitlines() if ledger.exists() else []
        found = [Start(one, int(fence), int(pid), where) for one, fence, pid, where in map(str.split, lines)]
        return [start for start in found if job_id in ("", start.job_id)]

    def state(self, job_id: str) -> tuple[str, int]:
        """A job's state, and its attempts."""
        with self.database.read() as connection:
            row = connection.execute(
                select(jobs_table.c.state, jobs_table.c.attempts).where(jobs_table.c.id == job_id)
            ).one()
        return row.state, row.attempts

    def count(self, effect: str) -> int:
        """How often an effect was written."""
        with self.database.read() as connection:
            return generations.read(connection, effect)

    def wait_for(self, job_id: str, state: str) -> None:
        """Waits until the job is in that state."""
        wait_until(lambda: self.state(job_id)[0] == state, f"{job_id} is {state}", 30)

    def wait_for_start(self, job_id: str, times: int = 1) -> Start:
        """Waits until the job was started that often; its last start."""
        wait_until(lambda: len(self.starts(job_id)) >= times, f"{job_id} starts", 30)
        return self.starts(job_id)[-1]

    def open_gate(self) -> None:
        """Lets the waiting jobs go on."""
        (self.folder / "gate").touch()

    def log(self, room: str) -> str:
        """What a room logged."""
        return (self.folder / f"{room}.log").read_text()

    def close(self) -> None:
        """Ends every process, and checks that none is left."""
        self.stopping.ask()
        if self.clock is not None:
            self.clock.join()
        self.stopping.close()
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=15)
        wait_until(lambda: not self.alive(), "no process of the room is left")
        self.database.close()

    def alive(self) -> list[int]:
        """Processes that carry this data folder in their environment."""
        wanted = f"DATA_DIR={self.folder}".encode()
        return [pid for pid in all_pids() if wanted in environment_of(pid)]


def below(pid: int) -> list[int]:
    """Every process below one."""
    try:
        children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return children + [each for child in children for each in below(child)]


def parent_of(pid: int) -> int:
    """The process that started one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def all_pids() -> list[int]:
    """Every process of this machine."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def environment_of(pid: int) -> list[bytes]:
    """A process's environment; nothing when it is gone or not ours to read."""
    if pid == os.getpid():
        return []
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
