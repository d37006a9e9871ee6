"""One Slipway with its back room and its web room, and a shop for whoever wants to try a command."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from engine.access import tokens
from engine.access.tokens import Scope
from engine.domain.event import Person, PullRequest, Repository
from engine.domain.job import Job, JobKind
from engine.domain.permission import Role
from engine.forge.memory import MemoryRepository
from engine.intake.handler import IntakeHandler
from engine.store import inbox, repositories, slack_people, slack_workspaces
from engine.store.port import Delivery
from engine.store.schema import jobs
from engine.store.slack_workspaces import NewWorkspace
from engine.work.handler import Done
from tests.access.world import INSTALLATION, World
from tests.api.serving import serving
from tests.doors.shop import HEAD, MAIN, Shop
from tests.intake.world import OurJob
from tests.signin.client import Web, open_web
from tests.slack.deliveries import BOT, TEAM
from tests.slack.world import SLACK

#: Who is who in Slack.
USERS = {"writer": "U0WRITER", "reader": "U0READER"}
ROLES = {"writer": Role.WRITE, "other": Role.WRITE, "reader": Role.READ}


@dataclass
class House:
    """All doors lead to one database and one GitHub in memory."""

    world: World
    web: Web
    url: str
    intake: IntakeHandler
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def __post_init__(self) -> None:
        self.web.clock.real = True
        new = NewWorkspace(TEAM, "acme", "A0SLIPWAY", BOT, "commands", USERS["writer"], b"sealed")
        with self.world.database.write() as connection:
            workspace = slack_workspaces.install(connection, new, 1000.0)
            for login, user in USERS.items():
                token = slack_people.offer(connection, workspace.id, user, login, 1000.0)
                assert slack_people.link(connection, token, Person(next(self._numbers), login), 1001.0)

    def shop(self) -> Shop:
        """A repository that nobody has used: `main`, and pull request 1 of a branch on top of it."""
        number = next(self._numbers)
        told = Repository(number, f"acme/shop-{number}", "main", private=True, clone_url="")
        held = MemoryRepository(told.full_name, roles=dict(ROLES), installation_id=INSTALLATION)
        held.pull_requests[1] = PullRequest(
            1, "A cart", HEAD, "cart", number, "main", Person(12, "writer"), draft=False, open=True, merged=False
        )
        self.world.forge.repositories[number] = held
        history = self.world.commits.history(number)
        history.add(MAIN, branch="main")
        history.add(HEAD, MAIN, branch="cart")
        with self.world.database.write() as connection:
            repositories.record(connection, INSTALLATION, told, 1000.0)
        return Shop(self.world.database, held, told, self.deliver, self.web.deps.variables)

    def deliver(self, source: str, event: str, body: bytes) -> str:
        """A delivery is stored and worked on; its key."""
        key = f"{source}:{next(self._numbers)}"
        with self.world.database.write() as connection:
            inbox.take(connection, [Delivery(key, source, event, body, INSTALLATION)])
        job = Job(f"job_{key}", JobKind.INTAKE, INSTALLATION, key, "", fence=1, attempts=1)
        outcome = self.intake.run(job, OurJob(self.world.database))
        assert isinstance(outcome, Done), outcome
        if outcome.effects is not None:
            with self.world.database.write() as connection:
                outcome.effects(connection)
        return key

    def token(self, login: str) -> str:
        """A key of somebody's."""
        with self.world.database.write() as connection:
            return tokens.mint(connection, login, (Scope.READ, Scope.WRITE), 600, self.web.clock())

    def jobs(self) -> dict[str, tuple[str, str]]:
        """Kind of each job but deliveries', and of what it is about, by the job's id."""
        with self.world.database.read() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.kind != JobKind.INTAKE)).all()
        return {row.id: (row.kind, row.subject.partition("_")[0]) for row in rows}


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """It is closed at the end."""
    world = World(folder)
    with open_web(world, folder, **SLACK) as web, serving(web) as url:
        intake = IntakeHandler(world.database, world.forge, world.commits, web.deps.variables, web.settings)
        yield House(world, web, url, intake)
    world.close()
