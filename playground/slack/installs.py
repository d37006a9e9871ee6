"""The app in the workspaces: its bot, its token, and how both end."""

import hashlib
import hmac
from dataclasses import dataclass

from playground.slack.application import BOT_NAME, NAME
from playground.slack.ids import digest_of, new_id
from playground.slack.slack import Slack
from playground.slack.users import User, user_by_id, user_of_team

UNINSTALLED = "account_inactive"
REVOKED = "token_revoked"


@dataclass(frozen=True)
class Install:
    """One install of the app into a workspace."""

    id: int
    team_id: str
    generation: int
    digest: str
    scopes: str
    bot_user_id: str
    installed_by: str
    installed_at: float
    #: What the Web API says to its token once that is over.
    ended: str | None

    @property
    def granted(self) -> frozenset[str]:
        return frozenset(self.scopes.split(","))


def install_of(slack: Slack, team_id: str) -> Install | None:
    """The app in a workspace as Slack sees it: it is there until it is uninstalled, with or without a good token."""
    sql = "SELECT * FROM slack_installs WHERE team_id = ? ORDER BY id DESC LIMIT 1"
    found = slack.database.one(Install, sql, team_id)
    return found if found is not None and found.ended != UNINSTALLED else None


def install_of_token(slack: Slack, token: str) -> Install | None:
    """What a presented token belongs to, good or over; nothing where there never was such a token."""
    return slack.database.one(Install, "SELECT * FROM slack_installs WHERE digest = ?", digest_of(token))


def install(slack: Slack, user: User, scopes: frozenset[str]) -> tuple[Install, str]:
    """Installs the app, or installs it again: the token stays while it is good, and scopes only ever grow."""
    with slack.database.writing():
        bot = _bot(slack, user.team_id)
        found = install_of(slack, user.team_id)
        if found is not None and found.ended is None:
            granted = ",".join(sorted(found.granted | scopes))
            slack.database.update("slack_installs", found.id, scopes=granted, installed_by=user.id)
        else:
            _add(slack, user, bot, scopes)
        kept = install_of(slack, user.team_id)
    if kept is None:
        raise LookupError(f"installing into {user.team_id}: the install is gone")
    return kept, _token(slack, kept.team_id, kept.generation)


def end(slack: Slack, found: Install, why: str) -> None:
    """Ends the token; for an uninstall also whatever the bot was part of."""
    with slack.database.writing():
        slack.database.update("slack_installs", found.id, ended=why)
        if why == UNINSTALLED:
            slack.database.execute("DELETE FROM slack_members WHERE user_id = ?", found.bot_user_id)
            slack.database.execute("UPDATE slack_users SET deleted = 1 WHERE id = ?", found.bot_user_id)
            slack.database.execute("UPDATE slack_views SET is_open = 0 WHERE team_id = ?", found.team_id)


def bot_of(slack: Slack, found: Install) -> User:
    """The app's bot in the workspace."""
    return user_by_id(slack, found.bot_user_id)


def _add(slack: Slack, user: User, bot: User, scopes: frozenset[str]) -> None:
    sql = "SELECT coalesce(max(generation), 0) + 1 FROM slack_installs WHERE team_id = ?"
    generation = slack.database.scalar(sql, user.team_id)
    slack.database.insert(
        "slack_installs",
        team_id=user.team_id,
        generation=generation,
        digest=digest_of(_token(slack, user.team_id, generation)),
        scopes=",".join(sorted(scopes)),
        bot_user_id=bot.id,
        installed_by=user.id,
        installed_at=slack.now(),
    )


def _bot(slack: Slack, team_id: str) -> User:
    bot = user_of_team(slack, team_id, BOT_NAME)
    if bot is None:
        user_id = new_id("U")
        slack.database.insert(
            "slack_users", id=user_id, team_id=team_id, name=BOT_NAME, real_name=NAME, bot_id=new_id("B")
        )
        return user_by_id(slack, user_id)
    slack.database.execute("UPDATE slack_users SET deleted = 0 WHERE id = ?", bot.id)
    return bot


def _token(slack: Slack, team_id: str, generation: int) -> str:
    """Made from the app's secret, so that who installs again gets the same one and none is stored."""
    key = slack.application.client_secret.encode()
    made = hmac.new(key, f"token:{team_id}:{generation}".encode(), hashlib.sha256).hexdigest()
    return f"xoxb-{int(made[:10], 16)}-{int(made[10:20], 16)}-{made[20:44]}"
