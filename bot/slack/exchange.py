"""The last step of an install: Slack's code becomes the workspace's token."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from engine.forge.transport import Wire
from engine.settings import Secret, SlackApp
from engine.slack.client import NEVER_SENT, WENT_WRONG
from engine.slack.failures import SlackAway, success_of

METHOD = "oauth.v2.access"
#: Seconds for the call as a whole.
PATIENCE = 10.0


@dataclass(frozen=True)
class Granted:
    """A workspace that installed the app, as Slack tells of it."""

    team_id: str
    name: str
    app_id: str
    bot_user_id: str
    scopes: str
    #: The Slack user who did it.
    installed_by: str
    token: Secret


@dataclass(frozen=True)
class NoWorkspace:
    """A grant that is none of one workspace; `why` is a sentence that says what to do."""

    why: str


ENTERPRISE = "Slipway was installed for a whole enterprise, and it works for workspaces. Install it in each workspace."
INCOMPLETE = "Slack told neither a workspace nor a bot's token. Install again, and allow the bot what it asks for."

#: (code, redirect address) → what was granted. Raises Denied or Unreachable.
Exchange = Callable[[str, str], Granted | NoWorkspace]


def exchange_at(slack: SlackApp) -> Exchange:
    """The exchange at this Slack. It blocks."""

    def exchange(code: str, redirect_uri: str) -> Granted | NoWorkspace:
        """Asks once: a code works once."""
        wire = Wire(PATIENCE)
        proof = (slack.client_id, slack.client_secret.reveal())
        form = {"code": code, "redirect_uri": redirect_uri}
        try:
            with httpx.Client(transport=wire, trust_env=False, headers={"User-Agent": "Slipway"}) as client:
                answer = client.post(f"{slack.api_url}{METHOD}", data=form, auth=proof)
        except (*NEVER_SENT, *WENT_WRONG):
            # Neither the library's words nor the cause: they may quote the code.
            raise SlackAway(f"{METHOD}: Slack didn't answer in time. Begin again.") from None
        finally:
            wire.shut()
        return granted_of(success_of(answer, METHOD))

    return exchange


def granted_of(told: dict[str, object]) -> Granted | NoWorkspace:
    """What Slack's answer grants."""
    team = _object(told, "team")
    if told.get("is_enterprise_install") is True or (not team and _object(told, "enterprise")):
        return NoWorkspace(ENTERPRISE)
    granted = Granted(
        team_id=_text(team, "id"),
        name=_text(team, "name") or _text(team, "id"),
        app_id=_text(told, "app_id"),
        bot_user_id=_text(told, "bot_user_id"),
        scopes=_text(told, "scope"),
        installed_by=_text(_object(told, "authed_user"), "id"),
        token=Secret(_text(told, "access_token")),
    )
    if not (granted.team_id and granted.bot_user_id and granted.token.reveal()) or told.get("token_type") != "bot":
        return NoWorkspace(INCOMPLETE)
    return granted


def _object(told: dict[str, object], name: str) -> dict[str, object]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _text(told: dict[str, object], name: str) -> str:
    found = told.get(name)
    return found.replace("\x00", "") if isinstance(found, str) else ""
