"""Modals, one upon the other, and everybody's App Home."""

import secrets
from dataclasses import dataclass
from typing import Any

import orjson

from playground.slack.blocks.filling import with_ids
from playground.slack.blocks.state import State, state_of
from playground.slack.ids import new_id
from playground.slack.refusals import NotOk
from playground.slack.slack import Slack

MOST_ON_A_STACK = 3


@dataclass(frozen=True)
class View:
    """One modal or home."""

    number: int
    id: str
    team_id: str
    user_id: str
    kind: str
    content: dict[str, Any]
    state: State
    errors: dict[str, str]
    hash: str
    root_id: str
    previous_id: str | None
    is_open: bool

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return list(self.content["blocks"])


def find_view(slack: Slack, team_id: str, view_id: str) -> View | None:
    """The view of an id, while it is open."""
    sql = "SELECT * FROM slack_views WHERE id = ? AND team_id = ? AND is_open"
    return slack.database.one(View, sql, view_id, team_id)


def find_view_by_name(slack: Slack, team_id: str, external_id: str) -> View | None:
    """The open view to which the app gave a name of its own."""
    sql = "SELECT * FROM slack_views WHERE json_extract(content, '$.external_id') = ? AND team_id = ? AND is_open"
    return slack.database.one(View, sql, external_id, team_id)


def modals_of(slack: Slack, user_id: str) -> list[View]:
    """The modals that somebody has open, the one on top last."""
    sql = "SELECT * FROM slack_views WHERE user_id = ? AND kind = 'modal' AND is_open ORDER BY number"
    return slack.database.all(View, sql, user_id)


def home_of(slack: Slack, user_id: str) -> View | None:
    """Somebody's App Home, if it was ever published."""
    sql = "SELECT * FROM slack_views WHERE user_id = ? AND kind = 'home' AND is_open ORDER BY number DESC"
    return slack.database.one(View, sql, user_id)


def open_modal(slack: Slack, team_id: str, user_id: str, content: dict[str, Any]) -> View:
    """A modal in place of whatever modals were open."""
    with slack.database.writing():
        close_modals(slack, user_id)
        return _add(slack, team_id, user_id, content)


def push_modal(slack: Slack, below: View, content: dict[str, Any]) -> View:
    """A modal upon another one, three at most."""
    with slack.database.writing():
        if len(modals_of(slack, below.user_id)) >= MOST_ON_A_STACK:
            raise NotOk("push_limit_reached")
        return _add(slack, below.team_id, below.user_id, content, below)


def publish_home(slack: Slack, team_id: str, user_id: str, content: dict[str, Any]) -> View:
    """What somebody's App Home shows from now on."""
    with slack.database.writing():
        found = home_of(slack, user_id)
        return _add(slack, team_id, user_id, content) if found is None else change_view(slack, found, content)


def change_view(slack: Slack, view: View, content: dict[str, Any]) -> View:
    """Other content in the same place; what was filled in stays where the same field is still there."""
    kept = {**content, "blocks": with_ids(content["blocks"])}
    return _store(slack, view, content=kept, state=state_of(kept["blocks"], view.state), errors={}, hash=_hash(slack))


def fill_in(slack: Slack, view: View, state: State, errors: dict[str, str]) -> View:
    """What somebody filled in so far, and what was wrong with it; neither is another view."""
    return _store(slack, view, state=state, errors=errors)


def check_hash(view: View, given: object) -> None:
    """Refused where the view has changed since the app looked at it."""
    if given and given != view.hash:
        raise NotOk("hash_conflict")


def close_modals(slack: Slack, user_id: str) -> None:
    """Closes all modals of somebody; what they filled in is forgotten with them."""
    sql = "UPDATE slack_views SET is_open = 0, state = '{}', errors = '{}' WHERE user_id = ? AND kind = 'modal'"
    slack.database.execute(sql, user_id)


def close_modal(slack: Slack, view: View) -> None:
    """Closes one modal; the one below it is there again."""
    slack.database.execute("UPDATE slack_views SET is_open = 0, state = '{}', errors = '{}' WHERE id = ?", view.id)


def _add(slack: Slack, team_id: str, user_id: str, content: dict[str, Any], below: View | None = None) -> View:
    view_id = new_id("V")
    kept = {**content, "blocks": with_ids(content["blocks"])}
    slack.database.insert(
        "slack_views",
        id=view_id,
        team_id=team_id,
        user_id=user_id,
        kind=content["type"],
        content=orjson.dumps(kept).decode(),
        state=orjson.dumps(state_of(kept["blocks"], {})).decode(),
        errors="{}",
        hash=_hash(slack),
        root_id=below.root_id if below else view_id,
        previous_id=below.id if below else None,
    )
    return _found(slack, team_id, view_id)


def _store(slack: Slack, view: View, **values: Any) -> View:
    for column, value in values.items():
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        sql = f"UPDATE slack_views SET {column} = ? WHERE id = ?"  # noqa: S608 - names are ours, never input
        slack.database.execute(sql, text, view.id)
    return _found(slack, view.team_id, view.id)


def _found(slack: Slack, team_id: str, view_id: str) -> View:
    found = find_view(slack, team_id, view_id)
    if found is None:
        raise NotOk("not_found")
    return found


def _hash(slack: Slack) -> str:
    return f"{int(slack.now())}.{secrets.token_hex(4)}"
