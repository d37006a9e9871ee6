"""A project, a workspace that hears of it, and senders that post there."""

from cryptography.fernet import Fernet
from sqlalchemy import insert, select, update

from engine.domain.build import Build, BuildState
from engine.domain.event import Person, PullRequest
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.domain.release import Release, Waiting
from engine.errors import OutsideError
from engine.forge.port import RepositoryRef
from engine.reports.links import Links
from engine.reports.port import Reporter
from engine.reports.sender import Sender
from engine.reports.slack_marks import mark_about
from engine.reports.slack_message import SlackMessage
from engine.reports.slack_message_render import RendersMessages
from engine.reports.slack_readers import SlackReaders
from engine.reports.slack_subjects import MESSAGE
from engine.settings import Intervals, Secret, SlackApp, read_settings
from engine.slack.bot_token import seal
from engine.slack.client import SlackApi
from engine.store import builds, outbox, previews, pull_requests, slack_asks, slack_channels, slack_workspaces
from engine.store.clock import ManualClock
from engine.store.database import Database
from engine.store.schema import outbox as outbox_rows
from engine.store.slack_asks import SlackAsk
from engine.store.slack_channels import Subscription
from engine.store.slack_schema import slack_people
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.variables.vault import Vault
from tests.reports.marks import versions
from tests.reports.project import NOON, SHA_A, Project
from tests.reports_slack.slack import APP, BOT_USER, Slack

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))


class Office:
    """One repository, its channels, and what posts there. The time of day moves only when told to."""

    def __init__(self, database: Database, slack: Slack) -> None:
        self.database = database
        self.slack = slack
        self.project = Project(database)
        self.clock = ManualClock()
        self.vault = Vault([Secret(Fernet.generate_key().decode())])
        self.apis: list[SlackApi] = []
        self.workspace = self.join("T1", "xoxb-acme")
        slack.wall = self.wall
        self.sender = self.another_sender()
        self._asks = 0
        #: People who may read nothing any more; what GitHub raises for everybody.
        self.gone: set[str] = set()
        self.away: OutsideError | None = None

    def role(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """What GitHub says."""
        if self.away is not None:
            raise self.away
        return Role.NONE if login in self.gone else Role.READ

    def wall(self) -> float:
        """Unix seconds: what has gone by since the project began, as far as a test says."""
        return NOON + self.clock.seconds - 1000

    def join(self, team_id: str, token: str) -> Workspace:
        """A workspace installs the app."""
        sealed = seal(self.vault, team_id, Secret(token))
        new = NewWorkspace(team_id, team_id, APP, BOT_USER, "chat:write", "U1", sealed)
        with self.database.write() as connection:
            return slack_workspaces.install(connection, new, NOON)

    def api(self, kind: type[SlackApi] = SlackApi, base: str = "") -> SlackApi:
        """A way to the Slack of the test, or to another address."""
        base = base or self.slack.base
        app = SlackApp("1.2", Secret("x"), (Secret("y"),), f"{base}/api/", base)
        self.apis.append(kind(app, self.database, self.vault, seconds=5.0, wall=self.wall))
        return self.apis[-1]

    def another_sender(
        self, kind: type[SlackApi] = SlackApi, more: dict[str, Reporter] | None = None, base: str = ""
    ) -> Sender:
        """One that knows nothing but what SQL says, as in another process."""
        readers = SlackReaders(self.database, self)
        shown = SlackMessage(self.api(kind, base), RendersMessages(LINKS, self.wall), readers)
        shows: dict[str, Reporter] = {MESSAGE: shown}
        return Sender(self.database, shows | (more or {}), self.clock, Intervals(), self.clock.stopwatch, self.wall)

    def send(self, seconds: float = 0.0) -> None:
        """Time goes by, then everything of Slack's that is due is shown; GitHub's marks are nobody's here."""
        self.clock.advance(seconds)
        with self.database.write() as connection:
            ours = outbox_rows.c.installation_id < 0
            connection.execute(update(outbox_rows).where(~ours).values(posted=outbox_rows.c.version))
        while self.sender.send_due():
            pass

    def settle(self) -> None:
        """Time goes by until nothing of Slack's waits any more."""
        for _ in range(100):
            self.send(30)
            if not self.waiting():
                return
        raise AssertionError(f"still waiting: {self.waiting()}")

    def waiting(self) -> list[str]:
        """What Slack doesn't show as it is, of what the sender here shows."""
        unposted = outbox_rows.c.posted < outbox_rows.c.version, ~outbox_rows.c.given_up
        known = outbox_rows.c.reporter.in_(list(self.sender.reporters))
        found = select(outbox_rows.c.subject).where(*unposted, known, outbox_rows.c.installation_id < 0)
        with self.database.read() as connection:
            return list(connection.execute(found).scalars())

    def troubles(self) -> list[str]:
        """Why something isn't shown."""
        with self.database.read() as connection:
            keys = list(connection.execute(select(outbox_rows.c.subject)).scalars())
            return [each.why for each in outbox.troubles(connection, keys)]

    def marks(self) -> dict[str, int]:
        """How often each message was marked."""
        with self.database.read() as connection:
            return versions(connection, MESSAGE)

    def subscribe(self, channel: str = "C1", *wants: str, since: float = 0.0, quiet: str = "") -> None:
        """A channel hears of the project from now on."""
        chosen = frozenset(wants or slack_channels.WANTS)
        row = Subscription(self.workspace.id, channel, self.project.repository.id, chosen, "U1", "ada", since)
        with self.database.write() as connection:
            slack_channels.subscribe(connection, row)
            slack_channels.note(connection, self.workspace.id, channel, name="deploys", quiet=quiet)

    def asked(self, about: str, channel: str = "C2", *, user: str = "UADA", login: str = "ada") -> None:
        """Somebody asked for it in a channel."""
        self._asks += 1
        ask = SlackAsk(f"slack:{self._asks}", self.workspace.id, user, channel, login=login, about=about)
        with self.database.write() as connection:
            slack_asks.receive(connection, ask)
            mark_about(connection, self.project.repository.id, about)

    def knows(self, user_id: str, login: str) -> None:
        """Somebody has said who they are at GitHub."""
        row = {"workspace_id": self.workspace.id, "user_id": user_id, "github_id": hash(login) % 9999, "login": login}
        with self.database.write() as connection:
            connection.execute(insert(slack_people).values(**row, linked_at=NOON))

    def preview(self, number: int = 12, title: str = "Fix the cart") -> Preview:
        """A pull request's preview, with nothing built."""
        self.head(number, SHA_A, title)
        repository = self.project.repository
        with self.database.write() as connection:
            return previews.ensure(
                connection,
                installation_id=1,
                repository_id=repository.id,
                full_name=repository.full_name,
                number=number,
                access="private",
                now=self.project.now(),
            )

    def head(self, number: int, sha: str, title: str = "Fix the cart") -> None:
        """The pull request's newest commit, as a push tells of it."""
        repository = self.project.repository
        told = PullRequest(
            number=number,
            title=title,
            author=Person(5, "ada"),
            head_sha=sha,
            head_ref="cart",
            head_repository_id=repository.id,
            base_ref="main",
            draft=False,
            open=True,
            merged=False,
        )
        with self.database.write() as connection:
            pull_requests.record(connection, repository.id, told, self.project.now())

    def build(self, preview: Preview, sha: str, requested_by: str = "ada") -> Build:
        """A push, and the build of its commit, in line."""
        self.head(preview.number, sha)
        with self.database.write() as connection:
            asked = {"ask": f"gh:{sha[:7]}", "requested_by": requested_by}
            return builds.ask(connection, preview=preview, sha=sha, **asked, now=self.project.now())

    def go(self, build: Build, *states: BuildState, cause: str = "", fix: str = "") -> None:
        """The build goes through these states."""
        for state in states:
            with self.database.write() as connection:
                builds.advance(connection, build.id, state, "x", self.project.now(), cause=cause, fix=fix)

    def close(self) -> None:
        """Closes the ways to Slack."""
        for api in self.apis:
            api.close()


def waiting_for_approval(project: Project) -> Release:
    """A deploy that somebody must open."""
    release = project.release(waiting=Waiting.APPROVAL, message="Waits for an approval", approvals_needed=1)
    project.gate(release)
    return release
