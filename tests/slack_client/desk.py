"""A sender with its outbox, two workspaces at a strict Slack, and an installation at GitHub beside them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, select

from engine.reports.port import Outcome, Posted, Reporter, Subject
from engine.reports.sender import Sender
from engine.reports.slack_reply import SlackReply
from engine.reports.slack_subjects import REPLY, mark_reply
from engine.settings import Intervals, Secret, SlackApp
from engine.slack import bot_token
from engine.slack.client import SlackApi
from engine.store import asks, audit, outbox, slack_asks, slack_workspaces
from engine.store.audit import Entry
from engine.store.clock import ManualClock
from engine.store.database import Database
from engine.store.schema import outbox as marks
from engine.store.slack_asks import SlackAsk
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.variables.vault import Vault, new_key
from tests.databases import Databases
from tests.slack_client.strict import Said, StrictSlack, strict_slack

PUBLIC_URL = "https://slipway.example.com"
GITHUB = "github"


class Board:
    """A reporter that stands for GitHub: it notes what it showed."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def render(self, connection: Connection, subject: Subject) -> str:
        """Its key."""
        return subject.key

    def post(self, subject: Subject, content: object) -> Outcome:
        """Shows it."""
        self.shown.append(str(content))
        return Posted({})


class Desk:
    """What a test works with; time moves only when told to."""

    def __init__(self, database: Database, slack: StrictSlack, clock: ManualClock) -> None:
        self.database = database
        self.slack = slack
        self.clock = clock
        self.vault = Vault([new_key()])
        self.board = Board()
        self.api = self.api_with(self.vault)
        self.sender = self.another_sender()
        self.acme = self.install("T1", "xoxb-acme")
        self.globex = self.install("T2", "xoxb-globex")

    def api_with(self, vault: Vault, base: str = "", seconds: float = 10.0) -> SlackApi:
        """A way to Slack with these keys."""
        app = SlackApp("1", Secret("x"), (Secret("y"),), f"{base or self.slack.base}/api/", self.slack.base)
        return SlackApi(app, self.database, vault, seconds=seconds, wall=self.clock.stopwatch)

    def another_sender(self, api: SlackApi | None = None) -> Sender:
        """One that knows nothing but what SQL says, as in another process."""
        ticks = self.clock.stopwatch
        reporters: Mapping[str, Reporter] = {REPLY: SlackReply(api or self.api, PUBLIC_URL), GITHUB: self.board}
        return Sender(self.database, reporters, self.clock, Intervals(), ticks, ticks)

    def install(self, team: str, token: str, vault: Vault | None = None) -> Workspace:
        """The workspace has the app, with this token."""
        self.slack.teams[token] = team
        sealed = bot_token.seal(vault or self.vault, team, Secret(token))
        new = NewWorkspace(team, team.lower(), "A1", "UBOT", "chat:write", "U1", sealed)
        with self.database.write() as connection:
            return slack_workspaces.install(connection, new, self.clock.seconds)

    def audit(self) -> list[Entry]:
        """The lines about the first workspace."""
        with self.database.read() as connection:
            return audit.of_subject(connection, "slack:T1")

    def workspace(self, workspace: Workspace) -> Workspace:
        """As it is stored now."""
        with self.database.read() as connection:
            found = slack_workspaces.by_id(connection, workspace.id)
        assert found is not None
        return found

    def answered(self, key: str, said: str = "Done.", workspace: Workspace | None = None, **where: object) -> SlackAsk:
        """Somebody asked, and there is an answer."""
        ask = SlackAsk(key, (workspace or self.acme).id, "U7", created_at=self.clock.seconds)
        ask = replace(ask, **{"channel": "C1", "written": "deploy acme/shop@main"} | where)  # type: ignore[arg-type]
        with self.database.write() as connection:
            slack_asks.receive(connection, ask)
        self.settle(ask, said)
        return ask

    def settle(self, ask: SlackAsk, said: str) -> None:
        """The answer is this, from now on."""
        with self.database.write() as connection:
            slack_asks.settle(connection, replace(ask, state=asks.DONE, answer=said))
            mark_reply(connection, workspace_id=ask.workspace_id, delivery=ask.delivery)

    def at_github(self, key: str) -> None:
        """Something changes that GitHub shows."""
        with self.database.write() as connection:
            outbox.mark(connection, key, GITHUB, installation_id=5, repository_id=7)

    def later(self, seconds: float = 0.0) -> None:
        """Time goes by, then everything due is sent."""
        self.clock.advance(seconds)
        while self.sender.send_due():
            pass

    def said(self, team: str) -> list[Said]:
        """What stands in a workspace."""
        return [each for each in self.slack.said if each.team == team]

    def waiting(self) -> list[str]:
        """What is marked and not shown, and not given up."""
        due = select(marks.c.subject).where(marks.c.posted < marks.c.version, marks.c.given_up.is_(False))
        with self.database.read() as connection:
            return list(connection.execute(due.order_by(marks.c.subject)).scalars())


@contextmanager
def a_desk(databases: Databases) -> Iterator[Desk]:
    """One over this kind of database."""
    clock, database = ManualClock(1_700_000_000.0), databases.shared()
    with strict_slack(clock.stopwatch) as slack:
        desk = Desk(database, slack, clock)
        try:
            yield desk
        finally:
            desk.api.close()
