"""The database as intake writes to it, and a repository with a good version and a hostile one."""

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select

from engine.domain.build import Build, BuildState
from engine.domain.event import Person, PullRequest, Repository
from engine.domain.job import JobKind
from engine.settings import Settings
from engine.store import builds, jobs, migrate, previews, pull_requests, repositories
from engine.store.clock import BootClock
from engine.store.database import Database
from engine.store.port import NewJob
from engine.store.schema import jobs as job_rows
from engine.wakeups.rq import RqWakeups

T = TypeVar("T")

CHILDREN = 50

HOSTILE = """\
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
for _ in range(int(sys.argv[1])):
    if os.fork() == 0:
        os.setsid()
        break
while True:
    time.sleep(600)
"""
PAGE = {"index.html": "<h1>good</h1>"}
START = "start: python3 -m http.server --bind 127.0.0.1 $PORT\n"


class House:
    """The database as intake writes to it, and what the benchmark sees."""

    def __init__(self, settings: Settings, token: str) -> None:
        self.settings = settings
        self.token = token
        self.database = Database(settings.database_url)
        self.wakeups = RqWakeups(settings.redis_url)
        migrate.upgrade(self.database)
        self.origin = settings.data_dir / "origin"
        git(self.origin.parent, "init", "-q", "-b", "main", str(self.origin))
        self.good = self.commit(PAGE | {"slipway.yml": START})
        hostile = f"build: python3 hostile.py {CHILDREN} {token}\n"
        self.hostile = self.commit({"hostile.py": HOSTILE, "slipway.yml": hostile + START})

    def commit(self, files: Mapping[str, str]) -> str:
        """A commit; its id."""
        for name, text in files.items():
            (self.origin / name).write_text(text)
        git(self.origin, "add", "-A")
        git(self.origin, "-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "x")
        return git(self.origin, "rev-parse", "HEAD")

    def ask(self, number: int, sha: str, ask: str) -> Build:
        """Asks for a build, as intake does."""

        def change(connection: Connection) -> Build:
            repository = Repository(7, "acme/shop", "main", False, f"file://{self.origin}")
            repositories.record(connection, 1, repository, time.time())
            octo = Person(1, "octo")
            facts = PullRequest(number, "x", sha, "main", 7, "main", octo, draft=False, open=True, merged=False)
            pull_requests.record(connection, 7, facts, time.time())
            preview = previews.ensure(
                connection,
                installation_id=1,
                repository_id=7,
                full_name="acme/shop",
                number=number,
                access="private",
                now=time.time(),
            )
            return builds.ask(connection, preview=preview, sha=sha, ask=ask, requested_by="octo", now=time.time())

        return self.write(change)

    def ask_next(self, build: Build) -> str:
        """Another job of the same preview, which must wait for the build; its key."""
        key = f"next:{build.id}"
        job = NewJob(JobKind.REVIVE, key, 1, build.preview_id, order_key=f"preview:{build.preview_id}")
        self.write(lambda connection: jobs.add(connection, job))
        return key

    def write(self, change: Callable[[Connection], T]) -> T:
        """A transaction, and the wake-ups that it gives."""
        with self.database.write() as connection:
            answer = change(connection)
            wakes = jobs.wake_list(connection, BootClock().now(connection))
        for queue, ids in wakes.items():
            self.wakeups.wake(ids, queue)
        return answer

    def state(self, build: Build) -> BuildState:
        """Where a build stands."""
        with self.database.read() as connection:
            found = builds.by_id(connection, build.id)
        assert found is not None
        return found.state

    def ended(self, key: str) -> bool:
        """True once the job of that key is over."""
        with self.database.read() as connection:
            state = connection.execute(select(job_rows.c.state).where(job_rows.c.key == key)).scalar_one()
        return bool(state == "done")


def git(folder: Path, *words: str) -> str:
    """A git command's answer."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
