"""A gateway, a sandbox host, a database and one worker: all that deploys need, without GitHub."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from cli.preview_host import own_host
from cli.up.ports import free_port
from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.job import JobKind
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.rollout.handler import DeployHandler, RestartHandler, Tools
from engine.rollout.proof import PublicAddress
from engine.sandboxes.port import Sandboxes
from engine.settings import Settings, read_settings
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors
from engine.store import environments, migrate, releases, repositories
from engine.store.database import Database
from engine.store.environments import Named
from engine.store.jobs import is_live
from engine.store.releases import NewRelease
from engine.store.schema import jobs
from engine.store.sql import SqlStore
from engine.targets.local import LocalTarget
from engine.targets.port import Place
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from engine.wakeups.memory import MemoryWakeups
from engine.work.handler import Handler
from engine.work.runner import Runner

FLASK = """\
from flask import Flask
app = Flask(__name__)
@app.get("/")
def home():
    return "{words}\\n"
"""
#: Seconds between two looks at a release.
LOOK = 0.01


class DeployHouse:
    """Repository 7 with one environment. `host` is what its visitors ask for, `port` the gateway's."""

    def __init__(self, settings: Settings, sandboxes: Sandboxes) -> None:
        self.settings = settings
        self.port = settings.gateway_port
        self.database = Database(settings.database_url)
        self.origin = settings.data_dir / "origin"
        _git(settings.data_dir, "init", "-q", "-b", "main", str(self.origin))
        forge = MemoryForge()
        forge.repositories[7] = MemoryRepository("acme/shop", clone_url=f"file://{self.origin}")
        self.target = LocalTarget(sandboxes)
        tools = Tools(
            database=self.database,
            forge=forge,
            source=GitMirrors(RealShell(), settings.data_dir / "mirrors", extra_protocols=("file",)),
            targets={"local": self.target},
            variables=Variables(Vault(())),
            settings=settings,
            proof=PublicAddress(settings, self.database),
            recheck=lambda release: None,
        )
        handlers: dict[JobKind, Handler] = {
            JobKind.DEPLOY: DeployHandler(tools),
            JobKind.RESTART: RestartHandler(tools),
        }
        store = SqlStore(self.database, settings.intervals, wakeups=MemoryWakeups())
        self.runner = Runner(store, handlers, settings.intervals, "benchmark")
        self._over = threading.Event()
        self._worker = threading.Thread(target=self._run)
        with self.database.write() as connection:
            repository = Repository(7, "acme/shop", "main", False, f"file://{self.origin}")
            repositories.record(connection, 1, repository, time.time())
            self.environment_id = environments.ensure(
                connection,
                installation_id=1,
                repository_id=7,
                full_name="acme/shop",
                named=Named("production", "local", "public", ""),
                now=time.time(),
            ).id
        self._worker.start()

    @property
    def host(self) -> str:
        """The Host of the environment."""
        return f"{self.environment.label}.{self.settings.release_domain}:{self.port}"

    @property
    def environment(self) -> Environment:
        """As it stands."""
        with self.database.read() as connection:
            found = environments.by_id(connection, self.environment_id)
        assert found is not None
        return found

    def deployed(self, words: str) -> Release:
        """A commit whose application says `words`, deployed; the release as it ended."""
        return self.ended(self.ask(words))

    def ask(self, words: str) -> Release:
        """Asks for the deploy of a commit."""
        files = {"app.py": FLASK.replace("{words}", words), "requirements.txt": "flask\ngunicorn\n"}
        for name, text in files.items():
            (self.origin / name).write_text(text)
        _git(self.origin, "add", "-A")
        _git(self.origin, "-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "x")
        return self._ask(ReleaseKind.DEPLOY, _git(self.origin, "rev-parse", "HEAD"), None)

    def rolled_back(self, to: Release | None = None) -> Release:
        """Back to the release before the one that serves, or to that one; the new release as it ended."""
        return self.ended(self._ask_back(to))

    def rolled_back_at_once(self) -> float:
        """Seconds of a rollback that is asked for while the deploy before it still lets the old version drain."""
        self.deployed(f"soon regretted {time.monotonic_ns()}")
        ended = self.rolled_back()
        return (ended.finished_at or 0.0) - ended.created_at

    def settle(self) -> None:
        """Waits until the worker has nothing left to do."""
        while self._works():
            time.sleep(LOOK)

    def forget_bundles(self) -> None:
        """Takes the files of everything but the serving release away."""
        place = Place(self.environment, "", self.host)
        serving = self._release(self.environment.release_id)
        with self.database.read() as connection:
            self.target.settle(place, {serving.artifact: releases.plan_of(connection, serving.id)})

    def _ask_back(self, to: Release | None) -> Release:
        with self.database.read() as connection:
            serving = self.environment.release_id
            good = [each for each in releases.of_environment(connection, self.environment_id) if each.id != serving]
        served = (DeployState.DEPLOYED, DeployState.ROLLED_BACK)
        return self._ask(ReleaseKind.ROLLBACK, "", to or next(each for each in good if each.state in served))

    def _ask(self, kind: ReleaseKind, sha: str, source: Release | None) -> Release:
        with self.database.write() as connection:
            new = NewRelease(
                environment=self.environment,
                kind=kind,
                sha=source.sha if source else sha,
                ref="refs/heads/main",
                requested_by="ada",
                door="cli",
                ask=f"{time.monotonic_ns()}",
                variables_version=0,
                configuration="",
                approvals_needed=0,
                source_id=source.id if source else "",
                artifact=source.artifact if source else "",
                plan=releases.plan_of(connection, source.id) if source else "",
            )
            release = releases.ask(connection, new, time.time())
            releases.add_job(connection, release, time.time())
        return release

    def ended(self, release: Release) -> Release:
        """The release once it is over; its job may still let the one before drain."""
        while not self._release(release.id).state.terminal:
            time.sleep(LOOK)
        return self._release(release.id)

    def _works(self) -> bool:
        with self.database.read() as connection:
            return connection.execute(select(jobs.c.id).where(is_live(jobs)).limit(1)).first() is not None

    def _run(self) -> None:
        while not self._over.is_set():
            if not self.runner.run_one(["work"]):
                self._over.wait(LOOK)

    def _release(self, release_id: str) -> Release:
        with self.database.read() as connection:
            return releases.known_by(connection, release_id)

    def close(self) -> None:
        """Ends what runs here."""
        self._over.set()
        self._worker.join()
        self.runner.close()
        self.database.close()


@contextmanager
def a_house(folder: Path) -> Iterator[DeployHouse]:
    """A house in `folder`, from when its gateway answers until the end."""
    names = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "PIP_CERT", "PIP_FIND_LINKS")
    machine = {name: os.environ[name] for name in names if name in os.environ}
    facts = {"DATA_DIR": str(folder), "GATEWAY_PORT": str(free_port())}
    settings = read_settings(facts)
    database = Database(settings.database_url)
    migrate.upgrade(database)
    database.close()
    with own_host(folder / "host", machine) as host, _gateway(machine | facts, settings.gateway_port):
        house = DeployHouse(settings, host.sandboxes)
        try:
            yield house
        finally:
            house.close()
            for sandbox_id in host.sandboxes.find({}):
                host.sandboxes.kill(sandbox_id)


@contextmanager
def _gateway(environment: dict[str, str], port: int) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-m", "bot.gateway"], env=environment) as process:
        try:
            while process.poll() is None:
                with socket.socket() as attempt:
                    if attempt.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(LOOK)
            yield
        finally:
            process.terminate()


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
