"""What sign-in and the API are given."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from bot.pages.open_streams import OpenStreams
from bot.pages.reception import Asked as Desk
from bot.pages.templates import Templates
from engine.access import sessions
from engine.access.cookies import CookieNames
from engine.access.permissions import Permissions
from engine.access.sessions import Session, SessionKind
from engine.domain.event import Person, Repository
from engine.intake.counter import Counter
from engine.settings import Settings
from engine.store.database import Database
from engine.variables.variables import Variables


@dataclass(frozen=True)
class Deps:
    """Values and doors to the outside. `instance` is this installation's id (`engine.store.meta`)."""

    settings: Settings
    database: Database
    permissions: Permissions
    #: (code, redirect address) → who came back from GitHub. Raises Denied or Unreachable.
    exchange: Callable[[str, str], Person]
    #: Full name → the covering installation's id and the repository. Raises Gone, Denied or Unreachable.
    find: Callable[[str], tuple[int, Repository]]
    instance: str
    #: Where asks about deployments are decided.
    desk: Desk
    #: Where commands are decided.
    counter: Counter
    variables: Variables
    #: What feeds streams; shared with the pages.
    streams: OpenStreams
    templates: Templates = field(default_factory=Templates)
    #: Unix seconds.
    clock: Callable[[], float] = time.time

    @property
    def names(self) -> CookieNames:
        """The names of our cookies."""
        return CookieNames(self.instance, self.settings.secure_cookies)

    def signed_in(self, request: Request) -> Session | None:
        """Whose session the request's cookie is; None for a stranger. Reads SQL: call it in a thread."""
        token = request.cookies.get(self.names.session, "")
        if not token or len(token) > 100:
            return None
        with self.database.read() as connection:
            return sessions.find(connection, SessionKind.BOT, token, now=self.clock())
