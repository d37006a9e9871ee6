"""The checker itself sees what GitHub would refuse, and what GitHub would never answer."""

import json
from typing import Any

import pytest

from tests.published.description import JSON, Description
from tests.published.exchange import BOT, Exchange, Webhook
from tests.published.packages import check, pins
from tests.published.webhook_schemas import WebhookSchemas

COMMENTS = "/repos/acme/shop/issues/1/comments"
CHECKS = "/repos/acme/shop/check-runs"
REFUSED = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


def a_call(method: str = "POST", path: str = COMMENTS, asked: Any = None, **changes: Any) -> Exchange:
    """A call of the bot that was refused."""
    body = json.dumps({"body": "x"} if asked is None else asked) if method != "GET" else ""
    fields: dict[str, Any] = {"agent": BOT, "query": "", "raw": body}
    fields |= {"status": 404, "type": JSON, "told": json.dumps(REFUSED)} | changes
    return Exchange(method=method, path=path, asked=fields.pop("raw"), **fields)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (a_call(path="/repos/acme/shop/nothing"), "GitHub has no such path"),
        (a_call(method="DELETE", path=COMMENTS), "GitHub has no such path"),
        (a_call(asked={"body": 5}), "5 is not of type 'string'"),
        (a_call(asked={}), "'body' is a required property"),
        (a_call(asked={"body": "x", "marker": "y"}), "/marker: GitHub knows no such key"),
        (a_call(path=CHECKS, asked={"name": "x", "head_sha": "y", "started_at": "today"}), "not a 'date-time'"),
        (a_call(raw=""), "no body where GitHub wants one"),
        (a_call("GET", path="/app", raw="{}"), "a body where GitHub reads none"),
        (a_call("GET", query="per_page=100&colour=red"), "colour: no such parameter"),
        (a_call(status=418), "GitHub never answers that"),
        (a_call(status=201, told="{}"), "is a required property"),
        (a_call(status=404, told='{"message": 5}'), "5 is not of type 'string'"),
        (a_call("DELETE", "/installation/token", status=204, told="gone", raw=""), "a body where GitHub says nothing"),
    ],
)
def test_what_is_not_as_described_is_seen(description: Description, call: Exchange, problem: str) -> None:
    assert any(problem in each for each in description.problems(call)), description.problems(call)


@pytest.mark.parametrize(
    "call",
    [
        a_call(),
        a_call("GET", query="per_page=100&page=2"),
        a_call(status=502, told="<html>"),
        a_call("DELETE", "/installation/token", status=204, told="", raw=""),
        a_call(asked={"nonsense": 1}, agent="httpx"),
        a_call(path="/nothing", agent="httpx"),
        a_call(status=307, type="", told=""),
    ],
)
def test_what_is_as_described_passes(description: Description, call: Exchange) -> None:
    assert description.problems(call) == []


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/repos/a/b/contents/docs/x/y.txt", "/repos/{owner}/{repo}/contents/{path}"),
        ("/repos/a/b/commits/main/check-runs", "/repos/{owner}/{repo}/commits/{ref}/check-runs"),
        ("/repos/a/b/commits/feature/x/check-runs", "/repos/{owner}/{repo}/commits/{ref}/check-runs"),
        ("/repos/a/b/commits/feature/x", "/repos/{owner}/{repo}/commits/{ref}"),
        ("/repos/a/b/issues/comments", "/repos/{owner}/{repo}/issues/comments"),
        ("/repos/a/b/contents/", "/repos/{owner}/{repo}/contents/{path}"),
        ("/repositories/17", "/repositories/{id}"),
        ("/repos/a/b/issues/7", "/repos/{owner}/{repo}/issues/{issue_number}"),
    ],
)
def test_a_path_is_told_from_its_neighbours(description: Description, path: str, known: str) -> None:
    assert description.path_of("GET", path) == known


def test_a_webhook_that_lacks_what_github_sends_is_seen(webhook_schemas: WebhookSchemas) -> None:
    (problem, *_) = webhook_schemas.problems(Webhook("installation", {"action": "created"}))
    assert problem.startswith("installation-created: the whole: ")
    assert webhook_schemas.problems(Webhook("party", {})) == ["party: GitHub has no such webhook"]


def test_another_archive_than_the_pinned_one_is_refused() -> None:
    for pin in pins().values():
        assert check(b"something else", pin.integrity).startswith("its sha512 is ")
