"""The web room's sign-in and API, called as a browser or a program would, with a GitHub that the test plays."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from starlette.applications import Starlette

from bot import api, signin
from bot.feed import Feed
from bot.pages.open_streams import OpenStreams
from bot.signin import Deps
from engine.deploy.desk import Desk
from engine.domain.event import Person
from engine.errors import Denied, OutsideError
from engine.intake.counter import Counter
from engine.settings import Settings, read_settings
from engine.variables.variables import variables_of
from tests.access.world import READER, World
from tests.signin.browser import Browser

GITHUB = {
    "GITHUB_APP_ID": "1",
    "GITHUB_CLIENT_ID": "Iv1.client",
    "GITHUB_CLIENT_SECRET": "s" * 40,
    "GITHUB_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----\\nMA==\\n-----END RSA PRIVATE KEY-----",
    "GITHUB_WEBHOOK_SECRET": "a webhook secret of a test",
    "GITHUB_WEB_URL": "https://github.example",
    "SECRET_KEYS": Fernet.generate_key().decode(),
}


@dataclass
class GitHubDesk:
    """Exchanges the code `good` for a person, as GitHub's sign-in does."""

    person: Person = READER
    away: OutsideError | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def exchange(self, code: str, redirect_uri: str) -> Person:
        """Who came back with the code."""
        self.asked.append((code, redirect_uri))
        if self.away is not None:
            raise self.away
        if code != "good":
            raise Denied("signing in through GitHub: the code is incorrect or expired. Open the page again.")
        return self.person


class Clock:
    """Unix seconds that the test moves, or real ones."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0
        self.real = False

    def __call__(self) -> float:
        return time.time() if self.real else self.at


@dataclass
class Web:
    """The application and those it speaks with."""

    world: World
    settings: Settings
    desk: GitHubDesk
    clock: Clock
    client: Browser
    app: Starlette
    deps: Deps

    def sign_in(self, person: Person = READER) -> None:
        """Signs the client's browser in."""
        self.desk.person = person
        began = self.client.get("/signin")
        state = began.headers["location"].partition("state=")[2]
        assert self.client.get(f"/signin/callback?code=good&state={state}").status_code == 303

    @property
    def session(self) -> str:
        """The value of the session cookie; empty when signed out."""
        return self.client.cookies.get(f"slipway_{self.world.instance}_session") or ""


@contextmanager
def open_web(world: World, folder: Path, **settings: str) -> Iterator[Web]:
    """The routes of sign-in and API over a world."""
    given = read_settings({"DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost:8080"} | GITHUB | settings)
    desk, clock, variables = GitHubDesk(), Clock(), variables_of(given)
    deps = Deps(
        settings=given,
        database=world.database,
        permissions=world.permissions,
        exchange=desk.exchange,
        find=world.forge.find,
        instance=world.instance,
        desk=Desk(world.database, world.forge, world.commits, variables, given, clock=clock),
        counter=Counter(world.database, world.forge, world.commits, variables, given, clock=clock),
        variables=variables,
        streams=OpenStreams(Feed(world.database, every=0.01)),
        clock=clock,
    )
    app = Starlette(routes=[*signin.routes(deps), *api.routes(deps)])
    with Browser(app, given.public_url) as client:
        yield Web(world, given, desk, clock, client, app, deps)
