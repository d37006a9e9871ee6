"""The web room as a process, for what only a process can go through: signals, kills, full disks."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.schema import inbox, jobs
from tests.cli.running import environment_of
from tests.ingest.running import SECRET
from tests.ports import free_port
from tests.wakeups.waiting import wait_until

PEM = "-----BEGIN RSA PRIVATE KEY-----\\nMA==\\n-----END RSA PRIVATE KEY-----"
#: Seconds; the machine may be busy with other things.
DEADLINE = 60.0


class WebRoom:
    """`python -m bot` on a database of its own, or on that of another one."""

    def __init__(self, folder: Path, redis_url: str = "") -> None:
        self.folder = folder
        self.database_url = f"sqlite:///{folder}/slipway.sqlite3"
        self.address = ("127.0.0.1", free_port())
        self._redis_url = redis_url or f"unix://{folder}/no-redis.sock"
        self._process: subprocess.Popen[bytes] | None = None
        database = Database(self.database_url)
        upgrade(database)
        database.close()

    def start(self) -> None:
        """Returns when it answers."""
        environment = environment_of(
            self.folder,
            DATABASE_URL=self.database_url,
            REDIS_URL=self._redis_url,
            PORT=str(self.address[1]),
            GITHUB_APP_ID="1",
            GITHUB_CLIENT_ID="Iv1.1",
            GITHUB_CLIENT_SECRET="s" * 40,
            GITHUB_PRIVATE_KEY=PEM,
            GITHUB_WEBHOOK_SECRET=SECRET.decode(),
        )
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "-m", "bot"], env=environment, stdout=log, stderr=log)
        wait_until(self._answers, "the web room answers", DEADLINE)

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """A signal."""
        os.kill(self.pid, number)

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(DEADLINE)

    def kill(self) -> None:
        """SIGKILL, as a crash is."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def most_memory(self) -> int:
        """Megabytes that it ever held."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()
        with socket.socket() as attempt:
            return attempt.connect_ex(self.address) == 0


def stored(url: str) -> tuple[set[str], int, str]:
    """The delivery ids in the inbox, how many jobs there are, and SQLite's own word on the file."""
    database = Database(url)
    with database.read() as connection:
        keys = {key.removeprefix("gh:") for key in connection.execute(select(inbox.c.key)).scalars()}
        asked = connection.execute(select(func.count()).select_from(jobs)).scalar_one()
        integrity = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    database.close()
    return keys, asked, integrity
