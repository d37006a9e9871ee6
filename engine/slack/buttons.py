"""Buttons of ours in Slack: what each is called there, and what its value binds it to."""

from dataclasses import dataclass

import orjson

APPROVE = "approve"
REJECT = "reject"
CANCEL = "cancel"
RETRY = "retry"
ROLLBACK = "rollback"
#: Writes a fix; the value has its name.
FIX = "fix"
#: What would ship.
SHIP = "ship"
#: App Home: the deploy modal, the modal for a value, the link to GitHub taken back.
DEPLOY = "deploy"
SECRET = "secret"  # noqa: S105 - a button's name
UNLINK = "unlink"
#: Buttons that only lead to an address; Slack tells of their presses all the same.
OPEN = "open"
LINK = "link"

LEADING = frozenset({OPEN, LINK})
#: Slack's own limit of a button's value.
LONGEST_VALUE = 2000


@dataclass(frozen=True)
class Bound:
    """What a button acts on. It is dead once `sha` isn't the newest there any more."""

    #: `dep_…`, `pv_…` or `ins_…`; empty: nothing in particular.
    about: str = ""
    sha: str = ""
    #: Of a fix.
    name: str = ""


def encode(bound: Bound) -> str:
    """A button's value."""
    named = {"name": bound.name} if bound.name else {}
    return orjson.dumps({"about": bound.about, "sha": bound.sha} | named).decode()


def decode(value: str) -> Bound | None:
    """What a pressed button is bound to; None when the value isn't one of ours."""
    try:
        told = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(told, dict) or not isinstance(about := told.get("about"), str):
        return None
    sha, name = told.get("sha", ""), told.get("name", "")
    return Bound(about, sha, name) if isinstance(sha, str) and isinstance(name, str) else None
