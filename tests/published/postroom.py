"""A bot that takes webhooks in at a real door and reads them with its real intake, from a forge that knows them all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, select

from engine.domain.job import JobKind
from engine.domain.permission import Role
from engine.forge import payload_models as models
from engine.forge.commits_memory import MemoryCommits
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.payload_values import pull_request_of
from engine.intake.handler import IntakeHandler
from engine.settings import read_settings
from engine.store import meta
from engine.store.clock import ManualClock
from engine.store.database import Database
from engine.store.schema import inbox, jobs, metadata
from engine.store.sql import SqlStore
from engine.variables.variables import variables_of
from engine.work.runner import Runner
from tests.databases import furnish
from tests.ingest.running import Door

#: More tries and waits than any delivery needs.
MOST_ROUNDS = 20


@dataclass(frozen=True)
class Verdict:
    """What became of a webhook: the door's status, the inbox's state and note, the intake job's state."""

    status: int
    state: str
    note: str
    job: str


class Postroom:
    """One door, one database, one pair of hands."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.clock = ManualClock()
        self.forge = MemoryForge()
        self.commits = MemoryCommits()
        self.settings = read_settings({"DATA_DIR": str(folder)})
        self.door = Door(database)
        store = SqlStore(database, self.settings.intervals, clock=self.clock)
        handlers = {
            JobKind.INTAKE: IntakeHandler(
                database, self.forge, self.commits, variables_of(self.settings), self.settings
            )
        }
        self.runner = Runner(store, handlers, self.settings.intervals, "postroom")

    def take_in(self, event: str, payload: dict[str, Any]) -> Verdict:
        """Sends a webhook, signed, and works until nothing of it waits; every one finds an empty house."""
        self._clear()
        self._learn(payload)
        reply = self.door.post("72d3162e-cc78-11e3-81ab-4c9367dc0958", json.dumps(payload).encode(), event=event)
        for _ in range(MOST_ROUNDS):
            if not self.runner.run_one(["quick"]):
                if self._job() not in ("pending", "running"):
                    break
                self.clock.advance(60)
        with self.database.read() as connection:
            row = connection.execute(select(inbox)).one_or_none()
        return Verdict(reply.status, row.state if row else "", row.note if row else "", self._job())

    def close(self) -> None:
        """Shuts the door."""
        self.runner.close()
        self.door.close()

    def _job(self) -> str:
        with self.database.read() as connection:
            found = select(jobs.c.state).where(jobs.c.kind == JobKind.INTAKE.value)
            return str(connection.execute(found).scalar_one_or_none() or "")

    def _clear(self) -> None:
        with self.database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            meta.make_instance(connection)

    def _learn(self, payload: dict[str, Any]) -> None:
        """The forge knows the repository of a webhook, its pull request, and who sent it as somebody who may write."""
        repository, sender = payload.get("repository") or {}, payload.get("sender") or {}
        if "id" not in repository:
            return
        known = MemoryRepository(repository["full_name"], roles={sender.get("login", ""): Role.WRITE})
        with suppress(ValidationError):
            told = pull_request_of(models.PullRequest.model_validate(payload.get("pull_request")))
            known.pull_requests[told.number] = told
        self.forge.repositories = {repository["id"]: known}
        history = self.commits.history(repository["id"])
        if isinstance(payload.get("after"), str):
            history.add(payload["after"], branch=repository["default_branch"])


@contextmanager
def postroom(folder: Path) -> Iterator[Postroom]:
    """A postroom with a database of its own."""
    database = Database(f"sqlite:///{folder}/slipway.sqlite3")
    furnish(database)
    room = Postroom(database, folder)
    try:
        yield room
    finally:
        room.close()
        database.close()
