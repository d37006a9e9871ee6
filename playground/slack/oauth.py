"""Installing the app: what it asks for, one-time codes, and the tokens that they become."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from playground.faults.effects import record
from playground.refusals import Invalid
from playground.sign_in import may_return_to
from playground.slack.application import NAME
from playground.slack.ids import digest_of
from playground.slack.installs import install
from playground.slack.refusals import NotOk
from playground.slack.slack import Slack
from playground.slack.teams import team_by_id
from playground.slack.users import User, user_by_id

CODE_SECONDS = 600
ASKED = ("client_id", "scope", "user_scope", "redirect_uri", "state", "team")
#: What a bot may ask for, and what people are told that it means.
SCOPES = {
    "app_mentions:read": "See messages that mention it in conversations that it is in",
    "channels:history": "Read messages in public channels that it is in",
    "channels:join": "Join public channels",
    "channels:manage": "Manage public channels that it is in",
    "channels:read": "See the public channels, and who is in them",
    "chat:write": "Write messages as itself",
    "chat:write.customize": "Write messages under another name",
    "chat:write.public": "Write to public channels that it isn't in",
    "commands": "Add commands and shortcuts for people to use",
    "groups:history": "Read messages in private channels that it is in",
    "groups:read": "See the private channels that it is in",
    "im:history": "Read direct messages to it",
    "im:read": "See its direct conversations",
    "im:write": "Begin direct conversations",
    "reactions:read": "See reactions",
    "reactions:write": "Add and take reactions",
    "team:read": "See the workspace's name and domain",
    "users:read": "See people in the workspace",
    "users:read.email": "See people's e-mail addresses",
}


@dataclass(frozen=True)
class Code:
    """A code that waits to be exchanged."""

    digest: str
    team_id: str
    user_id: str
    redirect_uri: str
    scopes: str
    expires_at: float


def asked_scopes(asked: Mapping[str, str]) -> list[str]:
    """The scopes that the app asks for, in order."""
    return [one for one in asked["scope"].replace(" ", ",").split(",") if one]


def check_asked(slack: Slack, asked: Mapping[str, str]) -> None:
    """Refuses a request that Slack would refuse, in Slack's words."""
    if not hmac.compare_digest(asked["client_id"].encode(), slack.application.client_id.encode()):
        raise Invalid("invalid_client_id: there is no app with this client_id.")
    if not may_return_to(slack.hub, asked["redirect_uri"]):
        raise Invalid("bad_redirect_uri: the redirect_uri is not one that the app is set up with.")
    unknown = [one for one in asked_scopes(asked) if one not in SCOPES]
    if unknown or not asked_scopes(asked):
        raise Invalid(f"invalid_scope: {', '.join(unknown) or 'none was given'}.")
    if asked["user_scope"]:
        raise Invalid("invalid_scope: the playground's app asks for nothing in the name of people.")


def allow(slack: Slack, user: User, asked: Mapping[str, str]) -> str:
    """Where the browser goes with a code once somebody allowed it."""
    code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(24)}"
    with slack.database.writing():
        slack.database.execute("DELETE FROM slack_codes WHERE expires_at < ?", slack.now())
        slack.database.insert(
            "slack_codes",
            digest=digest_of(code),
            team_id=user.team_id,
            user_id=user.id,
            redirect_uri=asked["redirect_uri"],
            scopes=",".join(asked_scopes(asked)),
            expires_at=slack.now() + CODE_SECONDS,
        )
    return _back(asked, {"code": code, "state": asked["state"]})


def cancel(asked: Mapping[str, str]) -> str:
    """Where the browser goes once somebody said no."""
    return _back(asked, {"error": "access_denied", "state": asked["state"]})


def exchange(slack: Slack, client_id: str, client_secret: str, code: str, redirect_uri: str) -> dict[str, object]:
    """What `oauth.v2.access` answers; a code is spent by being presented."""
    application = slack.application
    if not hmac.compare_digest(client_id.encode(), application.client_id.encode()):
        raise NotOk("invalid_client_id")
    if not hmac.compare_digest(client_secret.encode(), application.client_secret.encode()):
        raise NotOk("bad_client_secret")
    found = _spend(slack, code)
    if found is None or found.expires_at <= slack.now():
        raise NotOk("invalid_code")
    # Slack wants the address again wherever one was given for the code, and here one always is.
    if redirect_uri != found.redirect_uri:
        raise NotOk("bad_redirect_uri")
    return _granted(slack, found)


def _granted(slack: Slack, found: Code) -> dict[str, object]:
    with slack.database.writing():
        user = user_by_id(slack, found.user_id)
        made, token = install(slack, user, frozenset(found.scopes.split(",")))
        record(slack.hub, "slack_installed", team=found.team_id, user=user.id, scopes=made.scopes)
    team = team_by_id(slack, found.team_id)
    return {
        "app_id": slack.application.app_id,
        "authed_user": {"id": user.id},
        "scope": made.scopes,
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": made.bot_user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "app_name": NAME,
    }


def _spend(slack: Slack, code: str) -> Code | None:
    with slack.database.writing():
        found = slack.database.one(Code, "SELECT * FROM slack_codes WHERE digest = ?", digest_of(code))
        slack.database.execute("DELETE FROM slack_codes WHERE digest = ?", digest_of(code))
    return found


def _back(asked: Mapping[str, str], answer: dict[str, str]) -> str:
    parts = urlsplit(asked["redirect_uri"])
    query = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return urlunsplit(parts._replace(query=query))
