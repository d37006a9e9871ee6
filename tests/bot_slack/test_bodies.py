"""Bodies of any size and shape: nothing is stored that can't be read, and nothing breaks."""

import json
import random
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import pytest

from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import (
    TEAM,
    a_command,
    a_mention,
    a_press,
    a_submission,
    an_event,
    an_interaction,
    signed,
)
from tests.bot_slack.scene import Scene

LARGEST = 1 << 20
SEED = 20261121
#: What stands in the place of a field of Slack's.
ODD: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x" * 5000,
    "\x00",
    "\ud83d\ude00",
    [],
    [[]],
    {},
    {"id": []},
    [{}],
)


def as_field(value: str) -> bytes:
    """A form with a payload."""
    return urlencode({"payload": value}).encode()


GARBAGE = [
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"{",
    b"{}",
    b"[]",
    b"null",
    b'{"type":"event_callback"}',
    b'{"type":"event_callback","event_id":7,"team_id":"T0ACME"}',
    b'{"type":"event_callback","event_id":"Ev 1","team_id":"T0ACME","event":{}}',
    b'{"type":"url_verification"}',
    b'{"type":"url_verification","challenge":{}}',
    b'{"a":' * 40_000,
    b'{"type": NaN}',
    b'{"type":"\\ud800"}',
    b"payload",
    b"payload=",
    b"payload=%ff%fe",
    b"payload=" + b"[" * 50_000,
    b"=" * 3000,
    b"&" * 3000,
    b"a=1&" * 3000,
    b"%",
    b"command=%2Fslipway&team_id=T0ACME",
    b"command=%2Fslipway&trigger_id=1&team_id=T0ACME&user_id=%00",
    as_field("null"),
    as_field("7"),
    as_field('"block_actions"'),
    as_field("{}"),
    as_field('{"type": []}'),
    as_field('{"type": "block_actions"}'),
    as_field('{"type": "view_submission", "trigger_id": "1", "team": {"id": "T0ACME"}, "user": {"id": "U1"}}'),
    as_field('{"type": "block_suggestion", "team": {"id": "T0ACME"}, "user": {"id": "U1"}}'),
    as_field('{"type": "view_closed", "team": {"id": "T0ACME"}}'),
    as_field('{"type": "of tomorrow", "trigger_id": "1", "team": {"id": "T0ACME"}, "user": {"id": "U1"}}'),
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_answered_and_breaks_nothing(scene: Scene, acme: Workspace, body: bytes) -> None:
    answer = scene.post(body)
    assert (answer.status_code, answer.text in ("", '{"options": []}')) == (200, True)
    assert scene.post(a_command("status")).status_code == 200


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to everything in a JSON value."""
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in parts:
        yield from places(each, (*path, key))


def with_odd(value: object, path: tuple[str | int, ...], odd: object, *, without: bool) -> object:
    """A copy in which something else stands at that place, or nothing does."""
    copied = json.loads(json.dumps(value))
    at = copied
    for key in path[:-1]:
        at = at[key]
    if without:
        del at[path[-1]]
    else:
        at[path[-1]] = odd
    return copied


def bent(body: bytes, chance: random.Random) -> Iterator[bytes]:
    """The same body with one field after the other in another shape, and without it."""
    event = body.startswith(b"{")
    told = json.loads(body if event else parse_qs(body.decode())["payload"][0])
    for path in places(told):
        for odd in (chance.choice(ODD), ...):
            made = json.dumps(with_odd(told, path, odd, without=odd is ...))
            yield made.encode() if event else as_field(made)


SHAPES = {
    "mention": a_mention(),
    "home": an_event({"type": "app_home_opened", "user": "U0ADA", "tab": "home", "channel": "D0"}),
    "joined": an_event({"type": "member_joined_channel", "user": "U0BOT", "channel": "C0", "team": TEAM}),
    "renamed": an_event({"type": "channel_rename", "channel": {"id": "C0", "name": "other", "created": 1}}),
    "button": a_press(),
    "opens a modal": a_press("deploy", ""),
    "modal": a_submission("reject", {"reason": {"reason": {"type": "plain_text_input", "value": "not today"}}}),
    "menu": an_interaction("block_suggestion", action_id="other", block_id="b", value="acme", view={"id": "V0"}),
    "closed": an_interaction("view_closed", view={"id": "V0", "callback_id": "deploy"}, is_cleared=False),
    "shortcut": an_interaction("shortcut", callback_id="somebody's"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_body_with_any_field_bent_breaks_nothing(scene: Scene, acme: Workspace, shape: str) -> None:
    wrong = [body for body in bent(SHAPES[shape], random.Random(SEED)) if scene.post(body).status_code != 200]
    assert wrong == [], f"seed {SEED}"


def test_a_form_with_any_field_bent_breaks_nothing(scene: Scene, acme: Workspace) -> None:
    form = {name: values[0] for name, values in parse_qs(a_command("status").decode()).items()}
    values = ["", "\x00", "x" * 9000, "é", "{}", "<!channel>"]
    bodies = [urlencode(form | {name: value}).encode() for name in form for value in values]
    assert {scene.post(body).status_code for body in bodies} == {200}


def test_a_body_that_says_it_is_too_large_is_not_read(scene: Scene) -> None:
    headers = signed(b"")
    headers["content-length"] = str(LARGEST + 1)
    assert scene.post(b"", headers).status_code == 413


def test_a_body_that_turns_out_too_large_is_not_kept(scene: Scene, acme: Workspace) -> None:
    body = a_command("status", padding="x" * LARGEST)
    headers = signed(body)
    headers["content-length"] = "nobody knows"
    assert scene.post(body, headers).status_code == 413
    assert scene.stored() == []


def test_the_largest_body_is_taken(scene: Scene, acme: Workspace) -> None:
    body = a_command("status", padding="")
    answer = scene.post(body + b"x" * (LARGEST - len(body)))
    assert (answer.status_code, len(scene.stored())) == (200, 1)
