"""What the gateway answers itself: the way to the sign-in and back, and share links. No application sees any of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from bot.gateway import answers
from bot.gateway.doorman import LONGEST_TOKEN
from bot.gateway.pages import Page, redirect
from bot.gateway.request import Request
from bot.gateway.routes import Route
from engine.access import handovers, sessions, shares
from engine.access.cookies import CookieNames
from engine.access.hashes import fresh, hash_of
from engine.access.paths import own_path
from engine.access.sessions import SessionKind
from engine.settings import Settings
from engine.store.database import Database

#: Every path that begins so is ours.
PREFIX = b"/.slipway"
HEALTH = b"/.slipway/health"
#: Seconds in which a sign-in must be done.
SIGN_IN_TIME = 600


@dataclass(frozen=True)
class Detour:
    """The gateway's own paths on preview hosts."""

    settings: Settings
    database: Database
    names: CookieNames
    clock: Callable[[], float] = time.time

    def sign_in(self, route: Route, request: Request) -> Page:
        """Sends a person to the sign-in. Only the hash of the nonce goes along: the nonce stays in their browser."""
        nonce = next(iter(self._nonces(request)), "") or fresh()
        query = urlencode({"host": route.label, "nonce": hash_of(nonce), "path": request.target.decode("latin-1")})
        cookie = self.names.set(self.names.nonce, nonce, SIGN_IN_TIME)
        return redirect(f"{self.settings.public_url}/signin/enter?{query}", cookie)

    def answer(self, route: Route, request: Request) -> Page:
        """Answers one of our own paths. Reads and writes SQL: call it in a thread."""
        query = parse_qs(request.target.partition(b"?")[2].decode("latin-1"))
        # Looking at a share link changes nothing, so those who only check links may use HEAD.
        if request.method in (b"GET", b"HEAD") and request.path == b"/.slipway/share":
            return self._share(route, _one(query, "token"))
        if request.method != b"GET":
            return answers.GET_ONLY
        match request.path:
            case b"/.slipway/enter":
                return self._enter(route, request, _one(query, "code"), own_path(_one(query, "path")))
            case _:
                return answers.NOTHING_HERE

    def _share(self, route: Route, token: str) -> Page:
        now = self.clock()
        with self.database.read() as connection:
            link = shares.find(connection, token, preview_id=route.preview_id, now=now)
        if link is None:
            return answers.LINK_OVER
        return redirect("/", self.names.set(self.names.share, token, link.expires_at - now))

    def _enter(self, route: Route, request: Request, code: str, path: str) -> Page:
        now = self.clock()
        with self.database.write() as connection:
            for nonce in self._nonces(request):
                person = handovers.redeem(connection, code, label=route.label, nonce=nonce, now=now)
                if person is not None:
                    seconds = self.settings.session_ttl
                    token = sessions.start(
                        connection, SessionKind.VISIT, person, label=route.label, seconds=seconds, now=now
                    )
                    break
            else:
                return answers.HANDOVER_OVER
        forget = self.names.set(self.names.nonce, "", 0)
        return redirect(path, self.names.set(self.names.visit, token, seconds), forget)

    def _nonces(self, request: Request) -> list[str]:
        name = self.names.nonce.encode()
        found = [value for key, value in request.fields.tokens if key == name and 20 <= len(value) <= LONGEST_TOKEN]
        return [value.decode() for value in found if value.replace(b"-", b"").replace(b"_", b"").isalnum()]


def _one(query: dict[str, list[str]], name: str) -> str:
    values = query.get(name, [])
    return values[0] if len(values) == 1 and len(values[0]) <= 4096 else ""
