"""Payloads become events; what can't be read is rejected, never raised."""

from typing import Any

import pytest

from engine.domain.event import Commented, Event, Ignored, PullRequestChanged, Pushed, Rejected
from engine.forge.payloads import event_of
from tests.forge.payloads import (
    FORK_ID,
    INSTALLATION_ID,
    REPOSITORY_ID,
    SHA_A,
    SHA_B,
    a_comment_event,
    a_pull_request,
    a_pull_request_event,
    a_push_event,
    an_account,
    in_bytes,
)


def read(name: str, payload: object) -> Event:
    return event_of(name, "guid-1", in_bytes(payload))


@pytest.mark.parametrize(
    "action", ["opened", "reopened", "synchronize", "closed", "ready_for_review", "edited", "labeled", "brand_new"]
)
def test_a_pull_request_is_read_for_every_action(action: str) -> None:
    event = read("pull_request", a_pull_request_event(action))
    assert isinstance(event, PullRequestChanged)
    assert (event.action, event.delivery, event.installation_id) == (action, "guid-1", INSTALLATION_ID)
    assert (event.pull_request.number, event.pull_request.head_sha) == (1, SHA_A)
    assert event.pull_request.head_repository_id == event.repository.id == REPOSITORY_ID
    assert event.pull_request.open


def test_a_deleted_fork_has_no_head_repository() -> None:
    head = {"ref": "x", "sha": SHA_B, "repo": None}
    event = read("pull_request", a_pull_request_event(head=head))
    assert isinstance(event, PullRequestChanged)
    assert event.pull_request.head_repository_id is None


def test_a_fork_keeps_its_own_id() -> None:
    event = read("pull_request", a_pull_request_event(head={"ref": "x", "sha": SHA_B, "repo": {"id": FORK_ID}}))
    assert isinstance(event, PullRequestChanged)
    assert event.pull_request.head_repository_id == FORK_ID


def test_missing_optional_fields_are_tolerated() -> None:
    payload = a_pull_request_event()
    for name in ("title", "draft", "merged", "user"):
        del payload["pull_request"][name]
    for name in ("default_branch", "private", "clone_url"):
        del payload["repository"][name]
    del payload["sender"]
    event = read("pull_request", payload)
    assert isinstance(event, PullRequestChanged)
    assert event.sender.login == event.pull_request.author.login == "ghost"
    assert event.repository.private


def test_a_push_is_read() -> None:
    event = read("push", a_push_event())
    assert isinstance(event, Pushed)
    assert (event.ref, event.before, event.after, event.deleted) == ("refs/heads/cart", SHA_A, SHA_B, False)


def test_a_new_comment_on_a_pull_request_is_read() -> None:
    event = read("issue_comment", a_comment_event("/preview\n"))
    assert isinstance(event, Commented)
    assert (event.number, event.comment_id, event.body) == (1, 77, "/preview\n")
    assert event.pull_request_open
    assert not event.sender.bot


def test_a_bot_is_known_as_one() -> None:
    event = read("issue_comment", a_comment_event("/preview", sender="slipway[bot]"))
    assert isinstance(event, Commented)
    assert event.sender.bot


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("ping", {"zen": "Design for failure."}),
        ("status", {}),
        ("star", {"action": "created"}),
        ("", {}),
        ("issue_comment", a_comment_event("/preview", action="edited")),
        ("issue_comment", a_comment_event("/preview", action="deleted")),
        ("issue_comment", a_comment_event("/preview", issue={"number": 4, "state": "open"})),
        ("issue_comment", a_comment_event("/preview", installation=None)),
        ("pull_request", a_pull_request_event() | {"installation": None}),
        ("push", a_push_event() | {"installation": None}),
    ],
)
def test_what_asks_nothing_of_us_is_ignored_with_a_reason(name: str, payload: dict[str, Any]) -> None:
    event = read(name, payload)
    assert isinstance(event, Ignored)
    assert event.why


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"\xff\xfe{}",
        b'{"action": "\xc3\x28"}',
        b'{"action": "\\ud800"}',
        b'{"number": NaN}',
        b'{"number": Infinity}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"installation": {"id": 99999999999999999999999999}}',
        b"\x00" * 1000,
        b"{}",
        b'{"action": {}}',
        b'{"action": "opened", "pull_request": []}',
    ],
)
@pytest.mark.parametrize("name", ["push", "pull_request", "issue_comment"])
def test_bytes_that_cannot_be_read_are_rejected(name: str, body: bytes) -> None:
    event = event_of(name, "guid-2", body)
    assert isinstance(event, Rejected)
    assert event.why.startswith("reading the payload: ")
    assert len(event.why) < 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "1"),
        ("number", 1.5),
        ("number", True),
        ("number", 0),
        ("number", -1),
        ("number", 2**63),
        ("number", None),
        ("title", 5),
        ("title", "x" * 5000),
        ("state", "ajar"),
        ("draft", "no"),
        ("user", {"login": "", "id": 1}),
        ("user", {"login": "a\x00b", "id": 1}),
        ("user", "writer"),
        ("head", None),
        ("head", {"ref": "x", "sha": "abc"}),
        ("head", {"ref": "x", "sha": SHA_A.upper()}),
        ("head", {"ref": "x", "sha": SHA_A + "\n"}),
        ("head", {"ref": "x", "sha": "--upload-pack=x" + "a" * 25}),
        ("head", {"ref": "", "sha": SHA_A}),
    ],
)
def test_a_pull_request_of_wrong_types_is_rejected(field: str, value: object) -> None:
    payload = a_pull_request_event() | {"pull_request": a_pull_request() | {field: value}}
    assert isinstance(read("pull_request", payload), Rejected)


@pytest.mark.parametrize(
    "full_name", ["", "shop", "a/b/c", "../b", "acme/shop?x", "acme/sh op", "acme/..%2f", "acme/..", "acme/.", "é/b"]
)
def test_a_repository_name_that_is_no_name_is_rejected(full_name: str) -> None:
    payload = a_push_event()
    payload["repository"]["full_name"] = full_name
    assert isinstance(read("push", payload), Rejected)


def test_an_unknown_kind_of_account_is_no_bot() -> None:
    event = read("push", a_push_event() | {"sender": an_account(kind="Mannequin")})
    assert isinstance(event, Pushed)
    assert not event.sender.bot
