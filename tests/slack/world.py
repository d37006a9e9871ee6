"""A back room with SQL, a forge in memory and two workspaces: Slack's deliveries go in, rows and marks come out."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from engine.domain.event import Person
from engine.domain.gate import Gate, GateKind
from engine.domain.job import Job, JobKind
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release
from engine.forge.commits_memory import MemoryCommits
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.payload_models import PullRequest
from engine.forge.payload_values import pull_request_of
from engine.intake import deliveries
from engine.intake.deliveries import StoredDelivery
from engine.intake.handler import IntakeHandler
from engine.settings import read_settings
from engine.slack.buttons import Bound, encode
from engine.slack.sealed_values import seal_body
from engine.store import gates, inbox, meta, releases, repositories, slack_asks, slack_people, slack_workspaces
from engine.store.access_schema import audit as audit_rows
from engine.store.audit import Entry
from engine.store.database import Database
from engine.store.deploy_schema import environments as environment_rows
from engine.store.deploy_schema import releases as release_rows
from engine.store.port import Delivery
from engine.store.schema import outbox as outbox_rows
from engine.store.slack_asks import SlackAsk
from engine.store.slack_schema import slack_links
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.variables.variables import variables_of
from engine.variables.vault import Vault, new_key
from engine.work.handler import Again, Done
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, SHA_A, SHA_C, a_pull_request, a_repository
from tests.intake.world import GITHUB, OurJob
from tests.slack.deliveries import ADA, BOB, BOT, EVE, OTHER_TEAM, TEAM, a_command, a_mention, a_press, an_event

SLACK = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c" * 32, "SLACK_SIGNING_SECRET": "s" * 32}
SECRET_ID = 4_000_000_666
ONE = "environments: {production: {checks: none, approvals: 1}}"
TWO = "environments: {staging: {checks: none}, production: {checks: none, approvals: 1}}"


class World:
    """The repository acme/shop and its people, whom Slack's workspace Acme knows; globex/secret is nobody's here."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        with database.write() as connection:
            meta.make_instance(connection)
        keys = {"SECRET_KEYS": new_key().reveal()}
        self.settings = read_settings({"DATA_DIR": str(folder)} | GITHUB | SLACK | keys)
        self.vault = Vault(self.settings.secret_keys)
        self.forge = MemoryForge()
        self.repository = MemoryRepository(str(a_repository()["full_name"]), installation_id=INSTALLATION_ID)
        self.repository.roles |= {"ada": Role.WRITE, "bob": Role.WRITE, "eve": Role.READ}
        secret = MemoryRepository("globex/secret", installation_id=INSTALLATION_ID + 1)
        self.forge.repositories |= {REPOSITORY_ID: self.repository, SECRET_ID: secret}
        self.commits = MemoryCommits()
        self.history = self.commits.history(REPOSITORY_ID)
        self.history.add(SHA_C, branch="main")
        self.configure(ONE)
        self.handler = self.handler_with()
        self.acme = self.install(TEAM)
        self.globex = self.install(OTHER_TEAM)
        for user, login in ((ADA, "ada"), (BOB, "bob"), (EVE, "eve")):
            self.link(user, login)
        self._numbers = itertools.count(1)

    def handler_with(self, forge: MemoryForge | None = None) -> IntakeHandler:
        """The intake that asks `forge`."""
        variables = variables_of(self.settings)
        return IntakeHandler(self.database, forge or self.forge, self.commits, variables, self.settings)

    def configure(self, text: str) -> None:
        """The default branch's `slipway.yml`."""
        for place in ("main", SHA_C):
            self.repository.files[place] = {"slipway.yml": text.encode()}

    def install(self, team: str, at: float = 1000.0) -> Workspace:
        """A workspace installs Slipway."""
        new = NewWorkspace(team, team.lower(), "A0SLIPWAY", BOT, "commands", ADA, b"sealed")
        with self.database.write() as connection:
            return slack_workspaces.install(connection, new, at)

    def link(self, user: str, login: str, team: str = TEAM) -> None:
        """Somebody says who they are at GitHub."""
        with self.database.write() as connection:
            workspace = slack_workspaces.by_team(connection, team)
            assert workspace is not None
            token = slack_people.offer(connection, workspace.id, user, "someone", 1000.0)
            assert slack_people.link(connection, token, Person(len(login), login), 1001.0)

    def know(self, full_name: str = "acme/shop", repository_id: int = REPOSITORY_ID) -> None:
        """A delivery of GitHub's has told of the repository."""
        installation_id, news = self.forge.find(full_name)
        with self.database.write() as connection:
            repositories.record(connection, installation_id, news, 1000.0)

    def at_github(self, number: int = 1, sha: str = SHA_A, **changes: Any) -> None:
        """A pull request that the forge has."""
        told = PullRequest.model_validate(a_pull_request(number, sha, **changes))
        self.repository.pull_requests[number] = pull_request_of(told)
        self.history.add(sha, SHA_C, branch="cart")

    def types(self, text: str, user: str = ADA, team: str = TEAM, **changes: str) -> SlackAsk:
        """`/slipway text`; the ask afterwards."""
        return self.takes("command", a_command(text, user, team, **changes))

    def mentions(self, text: str, user: str = ADA, thread: str = "") -> SlackAsk:
        """`@Slipway text`; the ask afterwards."""
        return self.takes("event", an_event(a_mention(f"<@{BOT}> {text}", user, thread)))

    def presses(self, action: str, about: str, sha: str, user: str = ADA, team: str = TEAM) -> SlackAsk:
        """A button; the ask afterwards."""
        return self.takes("interaction", a_press(action, encode(Bound(about, sha)), user, team))

    def takes(self, kind: str, body: bytes) -> SlackAsk:
        """A delivery comes and is worked on; its ask afterwards."""
        key = self.receive(kind, body)
        self.run(key)
        return self.ask(key)

    def hears(self, event: dict[str, Any], team: str = TEAM, **changes: Any) -> StoredDelivery:
        """An event comes and is worked on; the delivery afterwards."""
        key = self.receive("event", an_event(event, team, **changes))
        self.run(key)
        return self.delivery(key)

    def receive(self, kind: str, body: bytes, key: str = "") -> str:
        """A delivery is stored at the door, its values sealed; its key."""
        key = key or f"slack:{next(self._numbers)}"
        with self.database.write() as connection:
            inbox.take(connection, [Delivery(key, "slack", kind, seal_body(body, key, self.vault), self.acme.lane)])
        return key

    def begin(self, key: str) -> Done | Again:
        """The job of a delivery up to its last transaction."""
        return self.handler.run(self.job(key), OurJob(self.database))

    def run(self, key: str) -> Done:
        """The job of a delivery, with its last transaction."""
        return self.finish(self.begin(key))

    def finish(self, outcome: Done | Again) -> Done:
        """The transaction that ends a job."""
        assert isinstance(outcome, Done)
        with self.database.write() as connection:
            if outcome.effects is not None:
                outcome.effects(connection)
        return outcome

    def tell(self, event: str, body: bytes) -> None:
        """A delivery of GitHub's comes and is worked on."""
        key = f"gh:{next(self._numbers)}"
        with self.database.write() as connection:
            inbox.take(connection, [Delivery(key, "github", event, body, INSTALLATION_ID)])
        self.run(key)

    def links(self) -> int:
        """How many links are kept that were offered."""
        with self.database.read() as connection:
            return len(connection.execute(select(slack_links.c.user_id)).all())

    def bury(self, key: str) -> None:
        """The job of a delivery is dead."""
        with self.database.write() as connection:
            self.handler.bury(self.job(key), "GitHub is away")(connection)

    def job(self, key: str) -> Job:
        """The job of a delivery, claimed."""
        return Job(f"job_{key}", JobKind.INTAKE, self.acme.lane, key, "", fence=1, attempts=1)

    def delivery(self, key: str) -> StoredDelivery:
        """The inbox's row."""
        with self.database.read() as connection:
            found = deliveries.read(connection, key)
        assert found is not None
        return found

    def asked(self, key: str) -> SlackAsk | None:
        """The ask of a delivery, if it asked something."""
        with self.database.read() as connection:
            return slack_asks.by_delivery(connection, key)

    def ask(self, key: str) -> SlackAsk:
        """The ask of a delivery."""
        found = self.asked(key)
        assert found is not None, self.delivery(key)
        return found

    def releases(self) -> list[Release]:
        """Every release, in the order in which they were made."""
        with self.database.read() as connection:
            ids = connection.execute(select(release_rows.c.id).order_by(release_rows.c.created_at)).scalars().all()
            return [releases.known_by(connection, each) for each in ids]

    def release(self) -> Release:
        """The only release there is."""
        (found,) = self.releases()
        return found

    def gate(self) -> Gate:
        """The gate before the only release."""
        with self.database.read() as connection:
            found = gates.newest_of(connection, GateKind.DEPLOY, self.release().id)
        assert found is not None
        return found

    def ends(self, release: Release, *states: DeployState) -> None:
        """Its job has come so far; what is deployed serves."""
        with self.database.write() as connection:
            for state in states:
                releases.advance(connection, release.id, state, state.value, release.created_at + 1)
            if states[-1] is DeployState.DEPLOYED:
                mine = environment_rows.c.id == release.environment_id
                connection.execute(update(environment_rows).where(mine).values(release_id=release.id))

    def marks(self, reporter: str) -> list[str]:
        """What is to be posted by a reporter."""
        with self.database.read() as connection:
            mine = select(outbox_rows.c.subject).where(outbox_rows.c.reporter == reporter)
            return sorted(connection.execute(mine).scalars())

    def version(self, subject: str) -> int:
        """How often a subject was marked; 0: never."""
        with self.database.read() as connection:
            mine = select(outbox_rows.c.version).where(outbox_rows.c.subject == subject)
            return connection.execute(mine).scalar_one_or_none() or 0

    def audit(self, outcome: str = "") -> list[Entry]:
        """The lines of the audit that came through Slack, oldest first."""
        mine = select(audit_rows).where(audit_rows.c.door == "slack").order_by(audit_rows.c.id)
        with self.database.read() as connection:
            rows = connection.execute(mine).all()
        told = [Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__}) for row in rows]
        return [each for each in told if each.outcome.startswith(outcome)]

    def sql(self, read: Callable[..., Any], *of: Any) -> Any:
        """What a store's function answers."""
        with self.database.read() as connection:
            return read(connection, *of)
