"""The web room of a Slipway with a Slack app, over a small world, with a Slack on loopback for its installs."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
from sqlalchemy import select

from bot.app import Doors, create_app
from bot.ingest import Ingest
from bot.pages.rehearsal import Rehearsal
from bot.slack.deps import SlackDeps
from bot.slack_side import open_slack
from engine.access.cookies import CookieNames
from engine.settings import Secret, Settings
from engine.slack import bot_token
from engine.store import slack_people, slack_workspaces
from engine.store.schema import inbox, jobs
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.store.sql import SqlStore
from engine.variables.variables import Variables
from engine.variables.vault import Vault, new_key
from engine.wakeups.memory import MemoryWakeups
from tests.access.world import World
from tests.bot_slack.posting import OLD_SECRET, SECRET, TEAM, USER, signed
from tests.pages.client import Client
from tests.pages.site import CSRF, GITHUB, RecordingDesk, by_header, reception_of, settings_of

KEY = new_key()
PATH = "/slack/events"
TOKEN = "xoxb-a-token-of-a-test"
ORIGIN = "http://localhost:8080"


def slack_settings(folder: Path, api_url: str = "http://127.0.0.1:9/api", **more: str) -> Settings:
    """Settings with a GitHub App and a Slack app."""
    slack = {
        "SECRET_KEYS": KEY.reveal(),
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "a client secret of a test",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_SIGNING_SECRET_OLD": OLD_SECRET,
        "SLACK_API_URL": api_url,
        "SLACK_WEB_URL": "https://slack.example",
    }
    return settings_of(folder, **GITHUB, **slack, **more)


def a_workspace(team_id: str = TEAM, token: str = TOKEN) -> NewWorkspace:
    """A workspace as it installed the app."""
    sealed = bot_token.seal(Vault([KEY]), team_id, Secret(token))
    return NewWorkspace(team_id, "Acme", "A0SLIPWAY", "U0BOT", "commands,chat:write", USER, sealed)


@dataclass
class Clock:
    """Real time, and as many seconds more as a test says."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Scene:
    """The application, being served, and what is in its rows."""

    world: World
    settings: Settings
    client: Client
    names: CookieNames
    ingest: Ingest
    clock: Clock

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """What Slack posts."""
        return self.client.request("POST", PATH, content=body, headers=signed(body) if headers is None else headers)

    def install(self, workspace: NewWorkspace | None = None) -> Workspace:
        """A workspace that has the app."""
        with self.world.database.write() as connection:
            return slack_workspaces.install(connection, workspace or a_workspace(), time.time())

    def jobs(self) -> int:
        """How many intake jobs wait."""
        with self.world.database.read() as connection:
            return len(connection.execute(select(jobs.c.id)).all())

    def stored(self) -> list[tuple[str, str]]:
        """Kind and key of every delivery in the inbox."""
        with self.world.database.read() as connection:
            return [(row.event, row.key) for row in connection.execute(select(inbox).order_by(inbox.c.key))]

    def bodies(self) -> list[bytes]:
        """What the inbox holds."""
        with self.world.database.read() as connection:
            return [bytes(row.body) for row in connection.execute(select(inbox))]

    def offer(self, workspace: Workspace, user: str = USER, ago: float = 0.0) -> str:
        """A link that somebody in Slack was shown."""
        with self.world.database.write() as connection:
            return slack_people.offer(connection, workspace.id, user, "Ada <b>", time.time() - ago)

    def person(self, workspace: Workspace, user: str = USER) -> str:
        """Who that is at GitHub; empty: nobody knows."""
        with self.world.database.read() as connection:
            found = slack_people.person_of(connection, workspace.id, user)
        return found.login if found is not None else ""

    def send_form(self, path: str, login: str, **fields: str) -> httpx.Response:
        """A form of our own page."""
        headers = {"x-test-login": login, "accept": "text/html", "origin": ORIGIN}
        headers |= {"content-type": "application/x-www-form-urlencoded"}
        return self.client.request("POST", path, headers=headers, content=urlencode({"csrf": CSRF} | fields).encode())

    def visit(self, path: str, login: str = "", cookie: str = "") -> httpx.Response:
        """Somebody's browser."""
        headers = {"accept": "text/html"} | ({"x-test-login": login} if login else {})
        return self.client.get(path, headers=headers | ({"cookie": cookie} if cookie else {}))


@contextmanager
def open_scene(world: World, folder: Path, api_url: str = "http://127.0.0.1:9/api") -> Iterator[Scene]:
    """Served for the length of the block."""
    settings = slack_settings(folder, api_url)
    assert settings.github is not None
    assert settings.slack is not None
    reception = reception_of(settings, world, by_header, RecordingDesk())
    variables = Variables(Vault([KEY]))
    ingest = Ingest(SqlStore(world.database, settings.intervals), MemoryWakeups())
    names, clock = CookieNames(world.instance, secure=False), Clock()
    deps = SlackDeps(
        settings=settings,
        slack=settings.slack,
        database=world.database,
        forge=world.forge,
        commits=world.commits,
        variables=variables,
        permissions=world.permissions,
        rehearse=Rehearsal(world.database, world.forge, world.commits, variables, settings),
        clock=clock,
    )
    slack = open_slack(deps, ingest, reception, names)
    client = Client(create_app(settings, Doors(settings.github, ingest, reception, [], slack)))
    with client:
        yield Scene(world, settings, client, names, ingest, clock)
