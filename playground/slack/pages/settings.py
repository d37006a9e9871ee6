"""What the owner of a workspace does: with the app, with channels, and with who is in them."""

from collections.abc import Callable
from typing import Any

import orjson
from starlette.responses import Response

from playground.pages.page import Page
from playground.refusals import Forbidden, Invalid, NotFound
from playground.slack import changes
from playground.slack.channels import Channel, channels_of, find_channel, members_of
from playground.slack.deliveries import deliveries_of, send_again
from playground.slack.oauth import SCOPES
from playground.slack.pages.frame import frame
from playground.slack.signed import JSON, send
from playground.slack.slack import Slack
from playground.slack.teams import Team, find_team
from playground.slack.users import User, user_of_team, users_of


def show_settings(slack: Slack, page: Page) -> Response:
    team = _team(slack, page)
    values = frame(slack, page, team)
    channels = [one for one in channels_of(slack, team.id) if one.kind != "im"]
    everybody = [one for one in users_of(slack, team.id) if not one.deleted]
    return page.show(
        "slack/settings.html",
        **values,
        place="settings",
        address=f"/slack/settings/{team.id}",
        scopes=SCOPES,
        rows=[{"channel": one, "members": members_of(slack, one.id)} for one in channels],
        everybody=everybody,
        deliveries=deliveries_of(slack, team.id, 20),
        checked=page.request.query_params.get("checked", ""),
    )


def change_settings(slack: Slack, page: Page) -> Response:
    """One of the things in `ACTIONS`, by the button that was pressed; for the owner alone."""
    team = _team(slack, page)
    values = frame(slack, page, team)
    if not values["owner"]:
        raise Forbidden(f"Only the owner of {team.name} can change this.")
    act = ACTIONS.get(page.text("action"))
    if act is None:
        raise Invalid("This button is not known here.")
    query = act(slack, page, values["user"])
    return page.back(f"/slack/settings/{team.id}{query}")


def _uninstall(slack: Slack, _page: Page, user: User) -> str:
    changes.uninstall(slack, user.team_id)
    return ""


def _revoke(slack: Slack, _page: Page, user: User) -> str:
    changes.revoke(slack, user.team_id)
    return ""


def _archive(slack: Slack, page: Page, user: User) -> str:
    channel = _channel(slack, page, user)
    changes.archive(slack, channel, user, archived=not channel.archived)
    return ""


def _rename(slack: Slack, page: Page, user: User) -> str:
    changes.rename(slack, _channel(slack, page, user), page.text("name"))
    return ""


def _remove(slack: Slack, page: Page, user: User) -> str:
    changes.remove(slack, _channel(slack, page, user), user)
    return ""


def _invite(slack: Slack, page: Page, user: User) -> str:
    changes.join(slack, _channel(slack, page, user), _somebody(slack, page, user), user)
    return ""


def _kick(slack: Slack, page: Page, user: User) -> str:
    changes.leave(slack, _channel(slack, page, user), _somebody(slack, page, user))
    return ""


def _again(slack: Slack, page: Page, _user: User) -> str:
    send_again(slack, page.text("event"))
    return ""


def _check_url(slack: Slack, _page: Page, _user: User) -> str:
    """As Slack checks the address when it is entered: whoever listens there says the challenge again."""
    body = {
        "token": slack.application.verification_token,
        "challenge": slack.application.app_id,
        "type": "url_verification",
    }
    answer = send(slack, orjson.dumps(body), JSON)
    content: Any = answer.content
    said = content.get("challenge") if isinstance(content, dict) else content
    return f"?checked={'yes' if said == slack.application.app_id else 'no'}"


ACTIONS: dict[str, Callable[[Slack, Page, User], str]] = {
    "uninstall": _uninstall,
    "revoke": _revoke,
    "archive": _archive,
    "rename": _rename,
    "delete": _remove,
    "invite": _invite,
    "kick": _kick,
    "again": _again,
    "check": _check_url,
}


def _team(slack: Slack, page: Page) -> Team:
    found = find_team(slack, str(page.request.path_params["team"]))
    if found is None:
        raise NotFound()
    return found


def _channel(slack: Slack, page: Page, user: User) -> Channel:
    found = find_channel(slack, page.text("channel"))
    if found is None or found.team_id != user.team_id:
        raise NotFound()
    return found


def _somebody(slack: Slack, page: Page, user: User) -> User:
    found = user_of_team(slack, user.team_id, page.text("who"))
    if found is None:
        raise Invalid("Choose somebody of this workspace.")
    return found
