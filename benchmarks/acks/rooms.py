"""The servers that are compared: the web room with Redis stopped and no worker, and bolt alone."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.deliveries.servers import Server, free_port, pinned, private_key, running
from engine.settings import Secret
from engine.slack import bot_token
from engine.store import migrate, slack_workspaces
from engine.store.database import Database
from engine.store.slack_workspaces import NewWorkspace
from engine.variables.vault import Vault, new_key

SECRET = "a-signing-secret-for-this-benchmark"
TEAM = "T0BENCHMARK"


@contextmanager
def ours(folder: Path) -> Iterator[tuple[Server, Database]]:
    """The web room as the house runs it, on SQLite with `synchronous=FULL`, with a workspace that has the app."""
    port, key = free_port(), new_key()
    database = Database(f"sqlite:///{folder}/slipway.sqlite3")
    migrate.upgrade(database)
    sealed = bot_token.seal(Vault([key]), TEAM, Secret("xoxb-not-used"))
    new = NewWorkspace(TEAM, "Benchmark", "A0", "U0BOT", "commands", "U0", sealed)
    with database.write() as connection:
        slack_workspaces.install(connection, new, time.time())
    environment = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database.url,
        "REDIS_URL": f"unix://{folder}/nobody-listens.sock",
        "PORT": str(port),
        "GITHUB_APP_ID": "1",
        "GITHUB_CLIENT_ID": "Iv1.benchmark",
        "GITHUB_CLIENT_SECRET": "not-used-by-this-benchmark",
        "GITHUB_PRIVATE_KEY": private_key(),
        "GITHUB_WEBHOOK_SECRET": "not-used-by-this-benchmark",
        # Nobody listens there either: an answer that asked GitHub or Slack would not come.
        "GITHUB_API_URL": f"http://127.0.0.1:{free_port()}",
        "SECRET_KEYS": key.reveal(),
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "not-used-by-this-benchmark",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api",
    }
    with running(pinned(0, sys.executable, "-m", "bot"), port, environment, folder) as server:
        yield server, database
    database.close()


@contextmanager
def bare(folder: Path, *, at_once: bool) -> Iterator[Server]:
    """Bolt alone."""
    port = free_port()
    argv = [sys.executable, "-m", "benchmarks.acks.bare", str(port), SECRET, *(["at-once"] if at_once else [])]
    with running(pinned(0, *argv), port, {}, folder) as server:
        yield server
