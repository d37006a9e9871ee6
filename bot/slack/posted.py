"""What Slack posted, as far as the door must know it: its kind, its key, and from whom it is. Nothing here raises."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import orjson

from engine.slack.payloads import COMMAND, EVENT, INTERACTION, form_of

#: Somebody types into a menu of ours: answered, and gone.
SUGGESTION = "block_suggestion"
#: A workspace's or a person's id.
ID = re.compile(r"[A-Za-z0-9]{1,64}")
#: An event's id.
NAME = re.compile(r"[\x21-\x7e]{1,100}")

Fields = dict[str, Any]


@dataclass(frozen=True)
class Handshake:
    """Slack looks whether somebody is there (`url_verification`, `ssl_check`)."""

    fields: Fields = field(repr=False)


@dataclass(frozen=True)
class Posted:
    """An event, a command or an interaction."""

    #: As in the inbox.
    kind: str
    #: Slack's own body, as bolt calls it: the event's envelope, the command's form, the interaction's payload.
    fields: Fields = field(repr=False)
    #: Empty: it is not stored.
    key: str
    #: Empty: an enterprise's, or nobody's.
    team_id: str
    user_id: str


@dataclass(frozen=True)
class Idle:
    """Something that asks nothing of anybody: a modal was closed."""


@dataclass(frozen=True)
class Unreadable:
    """Signed by Slack, and nothing that we know."""

    why: str


def read_posted(body: bytes) -> Posted | Handshake | Idle | Unreadable:
    """What a verified body is."""
    try:
        return _json(body) if body.startswith(b"{") else _form(body)
    except ValueError:
        # Of JSON, of UTF-8, and of forms with too many fields; what they say may quote the body.
        return Unreadable("it is neither JSON nor a form")


def _json(body: bytes) -> Posted | Handshake | Unreadable:
    told: Fields = orjson.loads(body)
    if told.get("type") == "url_verification":
        return Handshake(told) if isinstance(told.get("challenge"), str) else Unreadable("a challenge without one")
    event_id = told.get("event_id")
    if told.get("type") != "event_callback" or not _is(NAME, event_id):
        return Unreadable("no event, or one without an id")
    authorizations = told.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    # In a channel that workspaces share, the event happened in one and is for the app in another.
    team = _id_in(first, "team_id") or _id_in(told, "team_id")
    event = told.get("event")
    return Posted(EVENT, told, f"slack:{event_id}", team, _id_of(event.get("user") if _is_object(event) else None))


def _form(body: bytes) -> Posted | Handshake | Idle | Unreadable:
    form = form_of(body)
    if form.get("ssl_check") == "1":
        return Handshake({"ssl_check": "1"})
    if "payload" in form:
        told = orjson.loads(form["payload"])
        return _interaction(told) if _is_object(told) else Unreadable("an interaction that is no object")
    trigger = form.get("trigger_id", "")
    if "command" not in form or not trigger:
        return Unreadable("no command, or one without a trigger")
    return Posted(COMMAND, form, _key(trigger), _id_in(form, "team_id"), _id_in(form, "user_id"))


def _interaction(told: Fields) -> Posted | Idle | Unreadable:
    kind, trigger = told.get("type"), told.get("trigger_id")
    if not isinstance(kind, str):
        return Unreadable("an interaction without a type")
    team, user = _id_of(told.get("team")), _id_of(told.get("user"))
    if kind == SUGGESTION:
        if _is_foreign(told, team):
            # Whoever has that id here is somebody else (engine.slack.events.Where.home).
            user = ""
        return Posted(INTERACTION, _suggestion(told, team, user), "", team, user)
    if kind == "view_closed":
        return Idle()
    if not isinstance(trigger, str) or not trigger:
        return Unreadable("an interaction without a trigger")
    return Posted(INTERACTION, told, _key(trigger), team, user)


def _is_foreign(told: Fields, team: str) -> bool:
    return _id_in(told.get("user"), "team_id") not in ("", team, _id_of(told.get("enterprise")))


def _suggestion(told: Fields, team: str, user: str) -> Fields:
    """What a menu's listener is told: bolt trusts the shape of all that it is given."""
    words = {name: told[name] if isinstance(told.get(name), str) else "" for name in ("action_id", "block_id", "value")}
    view = told.get("view")
    return {
        "type": SUGGESTION,
        "team": {"id": team},
        "user": {"id": user},
        "view": view if _is_object(view) else {},
    } | words


def _key(trigger: str) -> str:
    """Whoever has a trigger may open modals with it for some seconds, so nothing keeps the trigger itself."""
    return f"slack:{hashlib.sha256(trigger.encode(errors='replace')).hexdigest()}"


def _is_object(value: object) -> TypeGuard[Fields]:
    return isinstance(value, dict)


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _id_in(told: object, name: str) -> str:
    found = told.get(name) if _is_object(told) else None
    return str(found) if _is(ID, found) else ""


def _id_of(named: object) -> str:
    """An id, alone or in an object."""
    return _id_in({"id": named}, "id") or _id_in(named, "id")
