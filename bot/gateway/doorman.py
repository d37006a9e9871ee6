"""Who may see a preview: the slow judgement, from SQL and the forge. The gateway remembers its answers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.gateway.routes import Route
from engine.access import sessions, shares
from engine.access.cookies import CookieNames
from engine.access.permissions import Permissions
from engine.access.sessions import SessionKind
from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.store.database import Database

#: Values of cookies are ours, short and ASCII; anything longer is somebody else's.
LONGEST_TOKEN = 100


@dataclass(frozen=True)
class Admitted:
    """May see it by that cookie, until that moment of the monotonic clock."""

    token: bytes

    until: float


@dataclass(frozen=True)
class Stranger:
    """Nobody we know: no cookie of ours, or one that is over."""


@dataclass(frozen=True)
class Forbidden:
    """Signed in, and has no read permission on the repository."""

    login: str


@dataclass(frozen=True)
class Unclear:
    """The forge must be asked and doesn't answer."""

    why: str


Verdict = Admitted | Stranger | Forbidden | Unclear


@dataclass(frozen=True)
class Doorman:
    """Judges visitors, in a thread."""

    database: Database
    permissions: Permissions
    names: CookieNames
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic

    def judge(self, route: Route, tokens: Sequence[tuple[bytes, bytes]]) -> Verdict:
        """The best that these cookies say about this visitor."""
        verdict: Verdict = Stranger()
        for name, value in tokens:
            if len(value) > LONGEST_TOKEN or not value.isascii():
                continue
            if name == self.names.share.encode():
                found = self._shared(route, value.decode())
            elif name == self.names.visit.encode():
                found = self._signed_in(route, value.decode())
            else:
                continue
            if isinstance(found, Admitted):
                return found
            if not isinstance(found, Stranger):
                verdict = found
        return verdict

    def _shared(self, route: Route, token: str) -> Verdict:
        now = self.clock()
        with self.database.read() as connection:
            link = shares.find(connection, token, preview_id=route.preview_id, now=now)
        return Stranger() if link is None else Admitted(token.encode(), self._until(link.expires_at - now))

    def _signed_in(self, route: Route, token: str) -> Verdict:
        now = self.clock()
        with self.database.read() as connection:
            session = sessions.find(connection, SessionKind.VISIT, token, label=route.label, now=now)
        if session is None:
            return Stranger()
        try:
            known = self.permissions.known(route.repository, session.login)
        except OutsideError as error:
            return Unclear(str(error))
        if known.role < Role.READ:
            return Forbidden(session.login)
        return Admitted(token.encode(), min(known.until, self._until(session.expires_at - now)))

    def _until(self, seconds: float) -> float:
        return self.monotonic() + min(seconds, self.permissions.seconds)
