"""Slack's Web API as the engine calls it: a workspace's token is opened for the call, and no try is made twice.

The wire is the one that GitHub's calls go through and not that of slack_sdk's WebClient, which starts its time-out anew
with each byte, takes proxies from the environment, and follows redirects with the token in its hand.
"""

import hmac
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import httpcore
import httpx
import structlog
from slack_sdk.models.basic_objects import JsonObject

from engine.errors import Refusal
from engine.forge.transport import Wire
from engine.settings import Secret, SlackApp
from engine.slack.bot_token import token_of
from engine.slack.failures import (
    SlackAway,
    SlackRefused,
    SlackUnreached,
    TokenDead,
    TokenUnreadable,
    success_of,
    taken_by_url,
)
from engine.slack.silence import Silence
from engine.store import audit, slack_workspaces
from engine.store.audit import Entry
from engine.store.database import Database
from engine.store.slack_workspaces import Workspace
from engine.variables.vault import Vault
from engine.variables.worked_with import WORKED_WITH

log = structlog.get_logger(__name__)

#: Slack itself takes its response_urls at hosts of their own, by the host of its API.
HOOKS = {"slack.com": "https://hooks.slack.com", "slack-gov.com": "https://hooks.slack-gov.com"}
#: Slack never got it: nothing of it can have its effect.
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
)
WENT_WRONG = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
)


class SlackApi:
    """The app's way to Slack. One for a process, made after a fork; safe for threads."""

    def __init__(
        self,
        app: SlackApp,
        database: Database,
        vault: Vault,
        *,
        seconds: float = 10.0,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.app = app
        self.database = database
        self.vault = vault
        #: Tells Unix seconds.
        self.wall = wall
        self._wire = Wire(seconds)
        self._api, self._hooks = Silence(wall, seconds), Silence(wall, seconds)
        self._client = httpx.Client(
            transport=self._wire, trust_env=False, follow_redirects=False, headers={"User-Agent": "Slipway"}
        )

    def call(self, workspace_id: int, method: str, **payload: object) -> dict[str, object]:
        """Calls a method as the workspace's bot; what is None in the payload is left out.

        Raises SlackLimited, SlackAway, NotAsked, TokenUnreadable, SlackRefused or TokenDead; with the last of them the
        workspace leaves.
        """
        with self.database.read() as connection:
            workspace = slack_workspaces.by_id(connection, workspace_id)
        token = self._token(workspace, method)
        form = {name: _written(value) for name, value in payload.items() if value is not None}
        headers = {"Authorization": f"Bearer {token.reveal()}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._post(self._api, f"{self.app.api_url}{method}", method, data=form, headers=headers)
        try:
            return success_of(answer, method)
        except TokenDead as dead:
            if self._leave(workspace_id, token, dead.code):
                raise
        raise SlackAway(f"{method}: the workspace got a new token meanwhile")

    def respond(self, response_url: str, payload: dict[str, object]) -> None:
        """Answers where Slack takes the answers to one command or button.

        Raises SlackLimited, SlackAway, NotAsked or SlackRefused (`expired_url`, `used_url`, or `foreign_url` for one
        that is none of Slack's).
        """
        doing = "answering at a response_url"
        if not self.is_slacks(response_url):
            raise SlackRefused(f"{doing}: the address is none of Slack's, and nothing was sent", "foreign_url")
        headers = {"Content-Type": "application/json"}
        taken_by_url(self._post(self._hooks, response_url, doing, content=_written(payload), headers=headers), doing)

    def is_slacks(self, response_url: str) -> bool:
        """True of an address where the Slack of our settings takes answers."""
        return takes_answers(self.app, response_url)

    def within(self, until: float) -> AbstractContextManager[None]:
        """What this thread asks inside ends by `until`, on `time.monotonic`: nothing is sent after it."""
        return self._wire.within(until)

    def close(self) -> None:
        """Closes every connection."""
        self._client.close()
        self._wire.shut()

    def _token(self, workspace: Workspace | None, method: str) -> Secret:
        if workspace is None or not workspace.here:
            raise TokenDead(f"{method}: Slipway isn't installed in that workspace any more", "not_installed")
        try:
            token = token_of(self.vault, workspace)
        except Refusal as refusal:
            raise TokenUnreadable(f"{method}: {refusal}") from None
        WORKED_WITH.remember([token])
        return token

    def _post(self, silence: Silence, url: str, doing: str, **request: object) -> httpx.Response:
        silence.check(doing)
        try:
            answer = self._client.request("POST", url, **request)  # type: ignore[arg-type]
        except NEVER_SENT:
            silence.unanswered()
            raise SlackUnreached(f"{doing}: there is no way to Slack at this moment") from None
        except WENT_WRONG:
            silence.unanswered()
            # Neither the library's words nor the cause: an address in them may be a response_url.
            raise SlackAway(f"{doing}: Slack didn't answer in time", unanswered=True) from None
        silence.over()
        return answer

    def _leave(self, workspace_id: int, token: Secret, code: str) -> bool:
        """The workspace leaves, unless it has got another token since."""
        with self.database.write() as connection:
            workspace = slack_workspaces.by_id(connection, workspace_id)
            if workspace is None or not workspace.here:
                return True
            try:
                now = token_of(self.vault, workspace)
            except Refusal:
                return False
            if not hmac.compare_digest(now.reveal().encode(), token.reveal().encode()):
                return False
            now_at, left = self.wall(), f"slack:{workspace.team_id}"
            slack_workspaces.leave(connection, workspace, code, now_at)
            audit.record(connection, Entry(now_at, workspace.lane, left, "slack", "leave", left, "", "done"))
        log.warning("a workspace has left: Slack doesn't take its token any more", team=workspace.team_id, why=code)
        return True


def takes_answers(app: SlackApp, response_url: str) -> bool:
    """True of an address where this Slack takes answers: nothing is ever sent elsewhere, whoever named it."""
    api = urlsplit(app.api_url)
    host = (api.hostname or "").removeprefix("www.")
    return response_url.startswith(HOOKS.get(host, f"{api.scheme}://{api.netloc}") + "/")


def _written(value: object) -> str:
    """A value of a form: words as they are, all else as JSON, as every method takes it."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return json.dumps(value, default=_model)


def _model(value: object) -> object:
    """A model of slack_sdk's as it is sent. Raises SlackObjectFormationError when Slack wouldn't take it."""
    if isinstance(value, JsonObject):
        return value.to_dict()
    raise TypeError(f"{type(value).__name__} can't be sent to Slack")
