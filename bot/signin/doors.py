"""Sign-in through GitHub: `/signin`, `/signin/callback`, the hand-over `/signin/enter`, and `/signout`."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.gateway.routes import Route as PreviewRoute
from bot.gateway.routes import read_route
from bot.signin import state as sign_in
from bot.signin.deps import Deps
from bot.signin.own_page import proven, sent_by_own_page
from engine.access import handovers, sessions
from engine.access.paths import own_path
from engine.access.sessions import Session, SessionKind
from engine.domain.event import Person
from engine.domain.permission import Role
from engine.errors import Denied, OutsideError
from engine.settings import GitHubApp

#: Bytes of the form that signs somebody out.
FORM_LIMIT = 4096
NONCE_HASH = re.compile(r"[0-9a-f]{64}")

NO_APP = "Signing in needs a GitHub App, and none is set up yet."
OVER = "This sign-in was begun in another browser, was used before, or took longer than ten minutes. Begin again."
NOT_ALLOWED = "GitHub says that the sign-in was not allowed. Nothing was changed."
HALF_A_LINK = "This address is not complete. Open the preview again."


def routes(deps: Deps) -> list[BaseRoute]:
    """The routes of sign-in."""
    doors = Doors(deps)
    return [
        Route("/signin", doors.start, methods=["GET"]),
        Route("/signin/callback", doors.callback, methods=["GET"]),
        Route("/signin/enter", doors.enter, methods=["GET"]),
        Route("/signout", doors.sign_out, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Doors:
    """The endpoints. Those that aren't coroutines run in threads."""

    deps: Deps

    def start(self, request: Request) -> Response:
        """Sends somebody to GitHub's page; `next` is the path to come back to."""
        github = self.deps.settings.github
        if github is None:
            return self._say(503, NO_APP)
        state = sign_in.begin(request.query_params.get("next", "/"), self.deps.clock())
        query = urlencode({"client_id": github.client_id, "redirect_uri": self._back, "state": state.nonce})
        answer = _redirect(f"{github.web_url}/login/oauth/authorize?{query}")
        self._set(answer, self.deps.names.state, sign_in.seal(state, github.client_secret), sign_in.LIFETIME)
        return answer

    def callback(self, request: Request) -> Response:
        """Where GitHub sends people back to."""
        github = self.deps.settings.github
        if github is None:
            return self._say(503, NO_APP)
        state = self._state_of(request, github)
        if state is None:
            return self._say(400, OVER)
        code = request.query_params.get("code", "")
        if not code:
            return self._say(403, NOT_ALLOWED)
        try:
            person = self.deps.exchange(code, self._back)
        except Denied as error:
            return self._say(403, str(error))
        except OutsideError as error:
            return self._page("away.html", 503, None, why=str(error))
        return self._let_in(person, state.path)

    def _state_of(self, request: Request, github: GitHubApp) -> sign_in.SignInState | None:
        now = self.deps.clock()
        state = sign_in.unseal(request.cookies.get(self.deps.names.state, ""), github.client_secret, now)
        if state is None or request.query_params.get("state", "") != state.nonce:
            return None
        with self.deps.database.write() as connection:
            fresh = sessions.spend(connection, state.nonce, seconds=sign_in.LIFETIME, now=now)
        return state if fresh else None

    def _let_in(self, person: Person, path: str) -> Response:
        seconds = self.deps.settings.session_ttl
        with self.deps.database.write() as connection:
            token = sessions.start(connection, SessionKind.BOT, person, seconds=seconds, now=self.deps.clock())
        answer = _redirect(path)
        self._set(answer, self.deps.names.session, token, seconds)
        self._set(answer, self.deps.names.state, "", 0)
        return answer

    def enter(self, request: Request) -> Response:
        """Hands a sign-in over to the preview host that sent somebody here."""
        query = request.query_params
        session = self.deps.signed_in(request)
        if session is None:
            return _redirect(f"/signin?next={quote(f'/signin/enter?{request.url.query}', safe='')}")
        label, nonce_hash = query.get("host", ""), query.get("nonce", "")
        if not NONCE_HASH.fullmatch(nonce_hash):
            return self._say(400, HALF_A_LINK, session)
        with self.deps.database.read() as connection:
            route = read_route(connection, label)
        try:
            welcome = route is not None and self._may_see(route, session)
        except OutsideError as error:
            return self._page("away.html", 503, session, why=str(error))
        if not welcome:
            return self._page("missing.html", 404, session)
        settings = self.deps.settings
        released = route is not None and route.is_release
        home = settings.release_url(label) if released else settings.preview_url(label)
        return self._hand_over(session, label, nonce_hash, f"{home}.slipway/enter", own_path(query.get("path", "/")))

    def _may_see(self, route: PreviewRoute, session: Session) -> bool:
        return route.public or self.deps.permissions.role(route.repository, session.login) >= Role.READ

    def _hand_over(self, session: Session, label: str, nonce_hash: str, entrance: str, path: str) -> Response:
        with self.deps.database.write() as connection:
            code = handovers.issue(
                connection, session.person, label=label, nonce_hash=nonce_hash, now=self.deps.clock()
            )
        query = urlencode({"code": code, "path": path})
        return _redirect(f"{entrance}?{query}")

    async def sign_out(self, request: Request) -> Response:
        """Ends the session, and this person's sessions at preview hosts."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > FORM_LIMIT:
                return self._say(413, "This form is too long.")
        given = parse_qs(body.decode("latin-1")).get("csrf", [""])[0]
        return await run_in_threadpool(self._sign_out, request, given)

    def _sign_out(self, request: Request, given: str) -> Response:
        session = self.deps.signed_in(request)
        if session is not None:
            if not proven(session, given) and not sent_by_own_page(request):
                return self._say(403, "Another site asked to sign you out. Use the button on Slipway's page.", session)
            with self.deps.database.write() as connection:
                sessions.end(connection, request.cookies[self.deps.names.session])
                sessions.end_visits(connection, session.github_id)
        answer = _redirect("/")
        self._set(answer, self.deps.names.session, "", 0)
        return answer

    @property
    def _back(self) -> str:
        return f"{self.deps.settings.public_url}/signin/callback"

    def _set(self, answer: Response, name: str, value: str, seconds: float) -> None:
        answer.headers.append("Set-Cookie", self.deps.names.set(name, value, seconds))

    def _say(self, status: int, detail: str, session: Session | None = None) -> Response:
        return self._page("refused.html", status, session, detail=detail)

    def _page(self, name: str, status: int, session: Session | None, **values: object) -> Response:
        return self.deps.templates.page(name, {"session": session, **values}, status)


def _redirect(address: str) -> Response:
    """A redirect to a path of ours, or to an address made of configuration."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
