"""Modals and App Home: shown, used, sent off and closed."""

from typing import Any

import orjson
from starlette.responses import JSONResponse, Response

from playground.pages.page import Page
from playground.refusals import Invalid, NotFound
from playground.slack.blocks.filling import find_element
from playground.slack.blocks.state import options_of, stateful
from playground.slack.channels import direct_channel, find_channel, may_look
from playground.slack.installs import bot_of, install_of
from playground.slack.interactions import Used, press_on_view
from playground.slack.messages import find_message
from playground.slack.pages.frame import done, field_name, frame, parts, shown_view
from playground.slack.pages.who import who
from playground.slack.slack import Slack
from playground.slack.submitting import close, submit, suggest_in_view, suggest_on_message
from playground.slack.talking import open_home
from playground.slack.teams import find_team
from playground.slack.users import User, user_by_id
from playground.slack.views import View, find_view, home_of

LIVE = {"channels": "slack/channels.html", "home": "slack/home_part.html", "modal": "slack/modal.html"}


def show_home(slack: Slack, page: Page) -> Response:
    """App Home; the app hears that it was opened."""
    values = _home(slack, page)
    open_home(slack, values["user"])
    return page.show("slack/home.html", **values)


def show_home_live(slack: Slack, page: Page) -> Response:
    return parts(page, LIVE, _home(slack, page))


def use_view(slack: Slack, page: Page) -> Response:
    """By the button that was pressed: sends off, closes, or uses something inside."""
    user, view = _view(slack, page)
    here = page.text("here") or "/slack"
    values = _values(view, page.form)
    if page.text("press"):
        block, action = _named(view, page.text("press"))
        given = _value(view, block, action, page.form, page.text("chosen"))
        said = press_on_view(slack, user, view, Used(action, block, given), values)
    elif page.text("do") == "close":
        said = close(slack, user, view)
    else:
        said = submit(slack, user, view, values)
    return done(page, here if here.startswith("/slack") else "/slack", said.said)


def suggest(slack: Slack, page: Page) -> Response:
    """What the app offers for what was typed into a select, in a view or on a message."""
    typed, place = page.text("typed"), page.text("place")
    if page.text("ts"):
        channel = find_channel(slack, place)
        user = who(slack, page, channel.team_id) if channel else None
        message = find_message(slack, place, page.text("ts"))
        if channel is None or user is None or message is None or not may_look(slack, channel, user):
            raise NotFound()
        return JSONResponse(suggest_on_message(slack, user, channel, message, page.text("action"), typed))
    user, view = _view(slack, page)
    return JSONResponse(suggest_in_view(slack, user, view, _named(view, page.text("action"))[1], typed))


def _home(slack: Slack, page: Page) -> dict[str, Any]:
    team = find_team(slack, str(page.request.path_params["team"]))
    if team is None:
        raise NotFound()
    values = frame(slack, page, team)
    home, install = home_of(slack, values["user"].id), values["install"]
    direct = direct_channel(slack, bot_of(slack, install), values["user"]) if install_of(slack, team.id) else None
    shown = shown_view(home) if home is not None and install is not None else None
    return values | {"home": shown, "direct": direct, "place": "home", "address": f"/slack/home/{team.id}"}


def _view(slack: Slack, page: Page) -> tuple[User, View]:
    """The open view that is meant, if it is the one of whoever looks."""
    word = page.text("view")
    row = slack.database.scalar("SELECT user_id FROM slack_views WHERE id = ? AND is_open", word)
    if row is None:
        raise Invalid("This window is closed by now.")
    owner = user_by_id(slack, row)
    view = find_view(slack, owner.team_id, word)
    if view is None or who(slack, page, owner.team_id).id != owner.id:
        raise NotFound()
    return owner, view


def _named(view: View, name: str) -> tuple[str, str]:
    """The block and the action that are called so in the form."""
    for block in view.blocks:
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            action = element.get("action_id", "") if isinstance(element, dict) else ""
            if action and field_name(block["block_id"], action) == name:
                return block["block_id"], action
    raise Invalid("There is no such button or field here any more.")


def _values(view: View, form: dict[str, str]) -> dict[str, Any]:
    """What the form holds, by block and action."""
    values: dict[str, dict[str, Any]] = {}
    for block_id, element in stateful(view.blocks):
        if field_name(block_id, element["action_id"]) in form or element["type"] == "checkboxes":
            given = _value(view, block_id, element["action_id"], form, "")
            values.setdefault(block_id, {})[element["action_id"]] = given
    return values


def _value(view: View, block_id: str, action_id: str, form: dict[str, str], otherwise: str) -> Any:
    found = find_element(view.blocks, action_id, block_id)
    name = field_name(block_id, action_id)
    element = found[1] if found else {"type": ""}
    if element["type"] == "checkboxes":
        return [one for number, one in enumerate(options_of(element)) if form.get(f"{name}|{number}")]
    given = form.get(name, otherwise)
    return _option(given) if element["type"] == "external_select" else given


def _option(text: str) -> dict[str, Any] | None:
    """An option that was offered before, as the page kept it."""
    try:
        option = orjson.loads(text)
        return {"text": {"type": "plain_text", "text": str(option["text"]["text"])}, "value": str(option["value"])}
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return None
