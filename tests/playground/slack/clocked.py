"""A Slack in this process whose clock a test can put forward."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from playground.addresses import Addresses
from playground.application import load_application
from playground.database import Database
from playground.hub import Hub
from playground.settings import Settings
from playground.slack.channels import Channel, channel_by_name
from playground.slack.installs import install
from playground.slack.mounting import make_slack, slack_routes
from playground.slack.oauth import SCOPES
from playground.slack.sender import EventSender
from playground.slack.slack import Slack
from playground.slack.teams import find_team
from playground.slack.users import User, user_of_team
from tests.playground.running import eventually


@dataclass
class Clock:
    """It stands still but for what a test puts it forward: no machine is too slow for three seconds."""

    begun: float = field(default_factory=time.time)
    ahead: float = 0.0

    def __call__(self) -> float:
        return self.begun + self.ahead


@dataclass(frozen=True)
class Clocked:
    """Slack's parts, a client of its Web API, and the clock."""

    slack: Slack
    http: httpx.Client
    clock: Clock
    tokens: list[str] = field(default_factory=list)

    @property
    def team_id(self) -> str:
        found = find_team(self.slack, "Acme")
        assert found is not None
        return found.id

    @property
    def writer(self) -> User:
        found = user_of_team(self.slack, self.team_id, "writer")
        assert found is not None
        return found

    def channel(self, name: str) -> Channel:
        found = channel_by_name(self.slack, self.team_id, name)
        assert found is not None
        return found

    def install(self) -> None:
        self.tokens.append(install(self.slack, self.writer, frozenset(SCOPES))[1])

    def call(self, method: str, **said: Any) -> httpx.Response:
        """A call of the Web API with the newest token, as JSON."""
        return self.http.post(f"/slack/api/{method}", json=said, headers={"Authorization": f"Bearer {self.tokens[-1]}"})

    def error(self, method: str, **said: Any) -> str:
        """Slack's word for what is wrong with a call; empty where nothing is."""
        return str(self.call(method, **said).json().get("error", ""))


@contextmanager
def clocked(folder: Path, slack_url: str = "http://127.0.0.1:9/nobody", *, limits: bool = False) -> Iterator[Clocked]:
    """A Slack with the app installed in Acme."""
    clock = Clock()
    (folder / "playground").mkdir(parents=True)
    settings = Settings(
        "127.0.0.1", 8082, folder, "http://x", "http://localhost:8080", limits=limits, slack_url=slack_url
    )
    addresses = Addresses(settings.port)
    application = load_application(settings.home, addresses, "2026-11-20T10:00:00Z")
    database = Database(settings.home / "github.sqlite3")
    hub = Hub(settings, addresses, database, application, clock, lambda: None)
    slack = make_slack(hub, EventSender())
    with _serving(Starlette(routes=slack_routes(slack))) as http:
        made = Clocked(slack, http, clock)
        made.install()
        yield made
    slack.client.close()
    database.close()


@contextmanager
def _serving(app: Starlette) -> Iterator[httpx.Client]:
    """The application on a free port, in a thread of this process."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        eventually(lambda: server.started, "the Slack with a clock to be served", 30)
        with httpx.Client(base_url=address, timeout=30, trust_env=False, verify=False) as http:
            yield http
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
