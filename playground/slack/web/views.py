"""Modals and App Home: `views.open`, `views.push`, `views.update`, `views.publish`."""

from typing import Any

from playground.faults.effects import record
from playground.slack.blocks.validation import problems_of_view
from playground.slack.payloads import view_payload
from playground.slack.refusals import NotOk
from playground.slack.triggers import spend_trigger
from playground.slack.users import user_of_team
from playground.slack.views import (
    View,
    change_view,
    check_hash,
    find_view,
    find_view_by_name,
    home_of,
    modals_of,
    open_modal,
    publish_home,
    push_modal,
)
from playground.slack.web.call import Call

Answer = dict[str, Any]


def open_view(call: Call) -> Answer:
    """A modal for whoever did something in the last three seconds."""
    content = _content(call, "modal")
    with call.slack.database.writing():
        user_id = spend_trigger(call.slack, call.team_id, call.needed("trigger_id"))
        return _shown(call, "slack_view_opened", open_modal(call.slack, call.team_id, user_id, content))


def push_view(call: Call) -> Answer:
    """A modal upon the one that somebody has open."""
    content = _content(call, "modal")
    with call.slack.database.writing():
        user_id = spend_trigger(call.slack, call.team_id, call.needed("trigger_id"))
        below = modals_of(call.slack, user_id)
        if not below:
            raise NotOk("not_found")
        return _shown(call, "slack_view_opened", push_modal(call.slack, below[-1], content))


def update_view(call: Call) -> Answer:
    """Other content for an open modal or a home, unless it has changed meanwhile."""
    with call.slack.database.writing():
        if call.text("view_id"):
            found = find_view(call.slack, call.team_id, call.text("view_id"))
        else:
            found = find_view_by_name(call.slack, call.team_id, call.needed("external_id"))
        if found is None:
            raise NotOk("not_found")
        content = _content(call, found.kind)
        check_hash(found, call.arguments.get("hash"))
        return _shown(call, "slack_view_updated", change_view(call.slack, found, content))


def publish_view(call: Call) -> Answer:
    """Somebody's App Home."""
    content = _content(call, "home")
    user = user_of_team(call.slack, call.team_id, call.needed("user_id"))
    if user is None or user.is_bot:
        raise NotOk("user_not_found")
    with call.slack.database.writing():
        home = home_of(call.slack, user.id)
        if home is not None:
            check_hash(home, call.arguments.get("hash"))
        return _shown(call, "slack_home_published", publish_home(call.slack, call.team_id, user.id, content))


def _content(call: Call, kind: str) -> dict[str, Any]:
    content = call.structure("view", "invalid_arguments")
    if content is None:
        raise NotOk("invalid_arguments", ["[ERROR] missing required field: view"])
    problems = problems_of_view(content, kind)
    if problems:
        raise NotOk("invalid_arguments", [f"[ERROR] {one}" for one in problems])
    return dict(content)


def _shown(call: Call, kind: str, view: View) -> Answer:
    record(call.slack.hub, kind, team=call.team_id, view=view.id, user=view.user_id)
    return {"view": view_payload(call.slack, view)}
