"""Installing the app in a workspace: `/slack/install`, Slack's own page, and `/slack/oauth`, where that leads back."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.pages.reception import Reception
from bot.signin import state as sign_in
from bot.slack.deps import SlackDeps
from bot.slack.exchange import Exchange, Granted, NoWorkspace
from engine.access import sessions
from engine.access.cookies import CookieNames
from engine.errors import Denied, OutsideError
from engine.settings import Secret
from engine.slack import bot_token
from engine.slack.manifest import INSTALL_PATH, OAUTH_PATH, SCOPES
from engine.store import audit, slack_workspaces
from engine.store.audit import Entry
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.variables.worked_with import WORKED_WITH

BEGIN_PATH = f"{INSTALL_PATH}/begin"

OVER = "This install was begun in another browser, was used before, or took longer than ten minutes. Begin again."
NOT_ALLOWED = "Slack says that the install was not allowed. Nothing was changed."


@dataclass(frozen=True)
class Installing:
    """The endpoints; they run in threads. `names`: of our cookies."""

    deps: SlackDeps
    reception: Reception
    exchange: Exchange
    names: CookieNames

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route(INSTALL_PATH, self.page, methods=["GET"]),
            Route(BEGIN_PATH, self.begin, methods=["GET"]),
            Route(OAUTH_PATH, self.callback, methods=["GET"]),
        ]

    def page(self, request: Request) -> Response:
        """What the app is granted, with the button."""
        values = {"scopes": sorted(SCOPES.items()), "begin": BEGIN_PATH}
        return self.reception.page("slack_install.html", session=self.reception.signed_in(request), **values)

    def begin(self, _request: Request) -> Response:
        """Sends somebody to Slack's page."""
        state = sign_in.begin("/", self.deps.clock())
        asked = {
            "client_id": self.deps.slack.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "state": state.nonce,
            "redirect_uri": self._back,
        }
        answer = RedirectResponse(
            f"{self.deps.slack.web_url}/oauth/v2/authorize?{urlencode(asked)}",
            303,
            {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )
        self._set(answer, sign_in.seal(state, self._key), sign_in.LIFETIME)
        return answer

    def callback(self, request: Request) -> Response:
        """Where Slack sends people back to."""
        if not self._is_ours(request):
            return self._refuse(request, 400, OVER)
        code = request.query_params.get("code", "")
        if not code:
            return self._refuse(request, 403, NOT_ALLOWED)
        try:
            granted = self.exchange(code, self._back)
        except Denied as error:
            return self._refuse(request, 403, f"{error}. Begin again.")
        except OutsideError as error:
            return self._refuse(request, 503, str(error))
        if isinstance(granted, NoWorkspace):
            return self._refuse(request, 422, granted.why)
        return self._installed(request, self._store(granted))

    def _is_ours(self, request: Request) -> bool:
        """True once of an install that this browser began a short while ago."""
        now = self.deps.clock()
        state = sign_in.unseal(request.cookies.get(self.names.install, ""), self._key, now)
        if state is None or request.query_params.get("state", "") != state.nonce:
            return False
        with self.deps.database.write() as connection:
            return sessions.spend(connection, state.nonce, seconds=sign_in.LIFETIME, now=now)

    def _store(self, granted: Granted) -> Workspace:
        WORKED_WITH.remember([granted.token])
        new = NewWorkspace(
            team_id=granted.team_id,
            name=granted.name,
            app_id=granted.app_id,
            bot_user_id=granted.bot_user_id,
            scopes=granted.scopes,
            installed_by=granted.installed_by,
            sealed_token=bot_token.seal(self.deps.vault, granted.team_id, granted.token),
        )
        now, subject = self.deps.clock(), f"slack:{granted.team_id}"
        with self.deps.database.write() as connection:
            workspace = slack_workspaces.install(connection, new, now)
            who = f"{subject}:{granted.installed_by}"
            audit.record(connection, Entry(now, workspace.lane, who, "slack", "install", subject, "", "done"))
        return workspace

    def _installed(self, request: Request, workspace: Workspace) -> Response:
        session = self.reception.signed_in(request)
        answer = self.reception.page("slack_installed.html", session=session, workspace=workspace)
        self._set(answer, "", 0)
        return answer

    def _refuse(self, request: Request, status: int, detail: str) -> Response:
        session = self.reception.signed_in(request)
        return self.reception.page("refused.html", status, session=session, detail=detail, back=INSTALL_PATH)

    @property
    def _key(self) -> Secret:
        """Of its own: a state of a sign-in is none of an install."""
        return Secret(f"slack-install:{self.deps.slack.client_secret.reveal()}")

    @property
    def _back(self) -> str:
        return f"{self.deps.settings.public_url}{OAUTH_PATH}"

    def _set(self, answer: Response, value: str, seconds: float) -> None:
        answer.headers.append("Set-Cookie", self.names.set(self.names.install, value, seconds))
