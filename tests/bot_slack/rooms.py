"""The web room as a process, with a Slack app, Redis stopped, and nobody else there."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from engine.store import slack_workspaces
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.schema import inbox, jobs
from tests.bot_slack.posting import SECRET
from tests.bot_slack.scene import KEY, a_workspace
from tests.cli.running import environment_of
from tests.pages.site import GITHUB
from tests.ports import free_port
from tests.wakeups.waiting import wait_until

#: Seconds; the machine may be busy with other things.
DEADLINE = 60.0


class SlackRoom:
    """`python -m bot` on a database of its own, in which one workspace has installed the app."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.database = Database(f"sqlite:///{folder}/slipway.sqlite3")
        upgrade(self.database)
        with self.database.write() as connection:
            slack_workspaces.install(connection, a_workspace(), time.time())
        self.port = free_port()
        environment = environment_of(folder, **self._settings())
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "-m", "bot"], env=environment, stdout=log, stderr=log)

    def _settings(self) -> dict[str, str]:
        return GITHUB | {
            "DATABASE_URL": self.database.url,
            "REDIS_URL": f"unix://{self._folder}/no-redis.sock",
            "PORT": str(self.port),
            # Nobody listens at these: an answer that asks them doesn't come.
            "GITHUB_API_URL": "http://127.0.0.1:9",
            "SLACK_API_URL": "http://127.0.0.1:9/api",
            "SECRET_KEYS": KEY.reveal(),
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "a client secret of a test",
            "SLACK_SIGNING_SECRET": SECRET,
        }

    def wait(self) -> None:
        """Returns when it answers."""
        wait_until(self._answers, "the web room answers", DEADLINE)

    def stored(self) -> tuple[int, int]:
        """Deliveries in the inbox, and jobs."""
        with self.database.read() as connection:
            counts = [connection.execute(select(func.count()).select_from(table)) for table in (inbox, jobs)]
            return counts[0].scalar_one(), counts[1].scalar_one()

    def log(self) -> str:
        """What it has said."""
        return (self._folder / "log").read_text()

    def end(self) -> int:
        """Its exit code after SIGTERM."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(DEADLINE)

    def close(self) -> None:
        """Ends everything."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.database.close()

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log()
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0
