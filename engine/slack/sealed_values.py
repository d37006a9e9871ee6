"""Values that somebody typed in Slack: sealed before their delivery is stored, opened by the intake, then erased."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import orjson

from engine.settings import Secret
from engine.slack.at_web import without_values
from engine.slack.events import Submitted
from engine.slack.submissions import SECRET, VALUE, said
from engine.variables.vault import Identity, Vault

#: All that is kept of a delivery of the modal for secrets, and of the modal in it.
KEPT = ("type", "team", "user", "enterprise", "is_enterprise_install", "container", "actions")
KEPT_OF_VIEW = ("id", "type", "callback_id", "private_metadata")
#: All that is kept of an event in which somebody typed a value: Slack repeats the text in its blocks.
KEPT_OF_EVENT = ("type", "user", "bot_id", "ts", "thread_ts", "channel", "team", "edited")

Json = dict[str, object]


def seal_body(body: bytes, key: str, vault: Vault) -> bytes:
    """The delivery of that key as it may be stored: a secret that was sent off is sealed, any other value is left out.

    It takes whatever Slack posts, and hands most of it back as it came. Raises Refusal without a key, ValueError for
    what isn't UTF-8, a form or JSON.
    """
    if body.lstrip().startswith(b"{"):
        return _event_without_values(body)
    pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100, errors="replace")
    form = dict(reversed(pairs))
    if "payload" in form:
        payload = _storable(form["payload"], lambda value: _sealed(value, key, vault))
        return body if payload is None else urlencode({"payload": payload}).encode()
    if without_values(form.get("text", "")) == form.get("text", ""):
        return body
    return urlencode(form | {"text": without_values(form["text"])}).encode()


def opened(event: Submitted, vault: Vault) -> Secret:
    """The value of a modal for secrets. Raises Refusal where it was sealed for another delivery or with another key."""
    return vault.open(_identity(event.delivery), said(event.values, VALUE).encode())


def scrubbed(body: bytes) -> bytes:
    """The delivery without its sealed value, once that was used or never will be; any other one as it is."""
    form = dict(reversed(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))
    payload = _storable(form["payload"], lambda _: "") if "payload" in form else None
    return body if payload is None else urlencode({"payload": payload}).encode()


def _storable(payload: str, sealed: Callable[[str], str]) -> str | None:
    """An interaction with the modal for secrets, made anew of what is kept; None: it isn't one."""
    told = orjson.loads(payload)
    view = told.get("view") if isinstance(told, dict) else None
    if not isinstance(view, dict) or view.get("callback_id") != SECRET:
        return None
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    # Choosing a project tells of all fields too: there the value is of no use.
    seal = sealed if told.get("type") == "view_submission" else lambda _: ""
    kept: Json = {name: told[name] for name in KEPT if name in told}
    kept["view"] = {name: view[name] for name in KEPT_OF_VIEW if name in view} | {
        "state": {"values": _values(values if isinstance(values, dict) else {}, seal)}
    }
    return orjson.dumps(kept).decode()


def _values(values: Json, seal: Callable[[str], str]) -> Json:
    """The same fields: those for the value with another one."""
    fields = {block: each for block, each in values.items() if isinstance(each, dict)}
    return {
        block: {
            field: {"type": "plain_text_input", "value": seal(said({block: each}, VALUE))} if field == VALUE else told
            for field, told in each.items()
        }
        for block, each in fields.items()
    }


def _sealed(value: str, key: str, vault: Vault) -> str:
    return vault.seal(_identity(key), Secret(value)).decode() if value else ""


def _identity(key: str) -> Identity:
    """A delivery's value, in the place of an environment's."""
    return Identity(environment_id=key, key=VALUE, version=1, is_secret=True, guard=False)


def _event_without_values(body: bytes) -> bytes:
    told = orjson.loads(body)
    event = told.get("event")
    text = event.get("text") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(text, str) or without_values(text) == text:
        return body
    kept = {name: event[name] for name in KEPT_OF_EVENT if name in event}
    return orjson.dumps(told | {"event": kept | {"text": without_values(text)}})
