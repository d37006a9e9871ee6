"""`POST /auth/refresh`: a session or token that is good now becomes one that is good for longer; the old one dies."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from bot.api.call import NO_STORE, Asked, Call
from bot.api.problem import SIGN_IN_FIRST, Refused
from bot.signin.deps import Deps
from engine.access import sessions, tokens
from engine.access.sessions import Renewed
from engine.reports.words import iso


@dataclass(frozen=True)
class Refreshed:
    """What is good from now on: the token, of callers with a token; the proof for forms, of those with a cookie."""

    expires_at: str
    token: str | None = None
    csrf: str | None = None


@dataclass(frozen=True)
class RefreshApi:
    """The call."""

    deps: Deps

    def calls(self) -> list[Call]:
        """Its table."""
        does = "A session or token that is good now becomes one that is good for longer; the old one is dead at once."
        return [Call("POST", "/auth/refresh", does, self.refresh, answer=Refreshed, also=(403,))]

    def refresh(self, asked: Asked) -> Response:
        """Whatever the caller came with."""
        if asked.caller.token:
            return self._token(asked.caller.token)
        return self._session(asked.request.cookies[self.deps.names.session])

    def _token(self, old: str) -> Response:
        with self.deps.database.write() as connection:
            new = _living(tokens.refresh(connection, old, self.deps.clock()))
        return JSONResponse({"token": new.token, "expires_at": iso(new.expires_at)}, headers=NO_STORE)

    def _session(self, old: str) -> Response:
        seconds, now = self.deps.settings.session_ttl, self.deps.clock()
        with self.deps.database.write() as connection:
            new = _living(sessions.refresh(connection, old, seconds=seconds, now=now))
        said = {"csrf": sessions.csrf_of(new.token), "expires_at": iso(new.expires_at)}
        answer = JSONResponse(said, headers=NO_STORE)
        answer.headers.append(
            "Set-Cookie", self.deps.names.set(self.deps.names.session, new.token, new.expires_at - now)
        )
        return answer


def _living(renewed: Renewed | None) -> Renewed:
    """Raises Refused for what died meanwhile, by another refresh."""
    if renewed is None:
        raise Refused(SIGN_IN_FIRST)
    return renewed
