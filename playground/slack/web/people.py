"""People and workspaces: `auth.test`, `users.info`, `users.list`, `team.info`."""

from typing import Any

from playground.slack.installs import REVOKED, end
from playground.slack.payloads import team_payload, user_payload
from playground.slack.refusals import NotOk
from playground.slack.teams import team_by_id
from playground.slack.users import user_of_team, users_of
from playground.slack.web.call import Call

Answer = dict[str, Any]


def test_token(call: Call) -> Answer:
    """Whose token it is."""
    team, bot = team_by_id(call.slack, call.team_id), call.bot
    return {
        "url": f"{call.slack.hub.addresses.web}/slack/",
        "team": team.name,
        "user": bot.name,
        "team_id": team.id,
        "user_id": bot.id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


def revoke_token(call: Call) -> Answer:
    """Ends the token that is presented; with `test`, only says that it could."""
    revoked = not call.flag("test")
    if revoked:
        end(call.slack, call.install, REVOKED)
    return {"revoked": revoked}


def user_info(call: Call) -> Answer:
    user = user_of_team(call.slack, call.team_id, call.needed("user", "user_not_found"))
    if user is None or user.id != call.text("user"):
        raise NotOk("user_not_found")
    return {"user": user_payload(user)}


def list_users(call: Call) -> Answer:
    shown = [user_payload(one) for one in users_of(call.slack, call.team_id)]
    return {"members": shown, "cache_ts": int(call.slack.now()), "response_metadata": {"next_cursor": ""}}


def team_info(call: Call) -> Answer:
    return {"team": team_payload(call.slack, team_by_id(call.slack, call.team_id))}
