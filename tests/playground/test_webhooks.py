"""Webhooks: signed, numbered, in order, logged, sent again under the same number, never in anybody's way."""

import hashlib
import hmac
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.receiver import Received, receiving
from tests.playground.running import RunningPlayground, eventually, running_playground


def _log_entry(playground: RunningPlayground, guid: str, *, attempts: int = 1) -> dict[str, Any]:
    """The newest attempt of a delivery, once there are so many."""
    with app_client(playground) as app:

        def look() -> dict[str, Any] | None:
            listed = app.get("/app/hook/deliveries", params={"per_page": 100}).json()
            same = [one for one in listed if one["guid"] == guid]
            return app.get(f"/app/hook/deliveries/{same[0]['id']}").json() if len(same) >= attempts else None

        return eventually(look, f"{attempts} attempt(s) of {guid}")


@contextmanager
def _stuck() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def _comment(project: Project, body: str) -> Received:
    number = project.open_pull()["number"]
    project.writer.post(f"{project.path}/issues/{number}/comments", json={"body": body})
    return project.expect("issue_comment.created")


def test_a_webhook_is_signed_over_its_bytes(project: Project) -> None:
    received = _comment(project, "Umlaute: äöü 🚀")
    secret = project.playground.app["webhook_secret"].encode()
    assert received.headers["x-hub-signature-256"] == "sha256=" + hmac.new(secret, received.body, "sha256").hexdigest()
    assert received.headers["x-hub-signature"] == "sha1=" + hmac.new(secret, received.body, hashlib.sha1).hexdigest()


def test_a_webhook_carries_githubs_headers(project: Project) -> None:
    headers = _comment(project, "Hello").headers
    assert headers["x-github-event"] == "issue_comment"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("GitHub-Hookshot/")
    assert headers["x-github-hook-installation-target-id"] == str(project.playground.app["app_id"])
    assert headers["x-github-hook-installation-target-type"] == "integration"
    assert len(headers["x-github-delivery"]) == 36
    assert headers["x-github-hook-id"].isdigit()


def test_a_comment_webhook_names_everything(project: Project) -> None:
    payload = _comment(project, "/preview").payload
    assert payload["comment"]["body"] == "/preview"
    assert payload["issue"]["pull_request"]["url"].endswith(f"{project.path}/pulls/1")
    assert payload["sender"]["login"] == "writer"
    assert payload["repository"]["owner"]["login"] == "writer"
    assert payload["repository"]["id"] > 2**31
    assert payload["installation"]["id"] > 0


def test_a_push_tells_its_commits(project: Project) -> None:
    before = project.copy.head
    project.copy.commit("folder/new.txt", "new", message="Add one")
    after = project.copy.commit("topic.txt", "two\n", message="Change one\n\nand say why")
    project.copy.push("topic")
    payload = project.expect("push", 2).payload
    assert (payload["ref"], payload["before"], payload["after"]) == ("refs/heads/topic", before, after)
    assert (payload["created"], payload["deleted"], payload["forced"]) == (False, False, False)
    assert [commit["added"] for commit in payload["commits"]] == [["folder/new.txt"], []]
    assert [commit["modified"] for commit in payload["commits"]] == [[], ["topic.txt"]]
    assert payload["head_commit"]["message"] == "Change one\n\nand say why"
    assert payload["pusher"]["name"] == payload["sender"]["login"] == "writer"
    assert payload["head_commit"]["author"]["username"] == "writer"


def test_a_forced_push_says_so(project: Project) -> None:
    project.copy.git("commit", "--quiet", "--amend", "--message", "Otherwise")
    project.copy.push("--force", "topic")
    assert project.expect("push", 2).payload["forced"] is True


def test_made_and_deleted_refs_say_so(project: Project) -> None:
    made = project.expect("push").payload
    assert (made["created"], made["before"], len(made["commits"])) == (True, "0" * 40, 1)
    project.copy.push("main:copy-of-main")
    assert project.expect("push", 2).payload["base_ref"] == "refs/heads/main"
    project.copy.push("--delete", "copy-of-main")
    gone = project.expect("push", 3).payload
    assert (gone["deleted"], gone["after"], gone["head_commit"]) == (True, "0" * 40, None)


def test_each_pushed_ref_has_its_own_webhook_and_many_tags_have_none(project: Project) -> None:
    project.copy.push("main:one", "main:two")
    refs = {one.payload["ref"] for one in (project.expect("push", 2), project.expect("push", 3))}
    assert refs <= {"refs/heads/one", "refs/heads/two"}
    for name in ("a", "b", "c", "d"):
        project.copy.git("tag", name)
    project.copy.push("--tags")
    project.copy.push("main:last")
    assert project.expect("push", 4).payload["ref"] == "refs/heads/last"


def test_samples_were_opened_before_the_app_was_installed(tmp_path: Path) -> None:
    with receiving() as receiver, running_playground(tmp_path, webhook_url=receiver.url) as playground:
        with playground.acting_as("writer") as writer:
            writer.post("/repos/acme/shop/issues/1/comments", json={"body": "First"})
        receiver.expect("issue_comment.created")
        assert receiver.names == ["issue_comment.created"]


def test_webhooks_come_in_the_order_in_which_things_happened(project: Project) -> None:
    number = project.open_pull()["number"]
    for state in ("closed", "open", "closed"):
        project.writer.patch(f"{project.path}/pulls/{number}", json={"state": state})
    project.expect("pull_request.closed", 2)
    actions = [one.payload["action"] for one in project.webhooks() if one.event == "pull_request"]
    assert actions == ["opened", "closed", "reopened", "closed"]


def test_every_attempt_is_logged_with_what_was_sent_and_answered(project: Project) -> None:
    received = _comment(project, "For the log")
    logged = _log_entry(project.playground, received.guid)
    assert (logged["status"], logged["status_code"], logged["redelivery"]) == ("OK", 202, False)
    assert (logged["event"], logged["action"]) == ("issue_comment", "created")
    assert logged["repository_id"] == received.payload["repository"]["id"]
    assert logged["request"]["payload"] == received.payload
    assert logged["request"]["headers"]["X-GitHub-Delivery"] == received.guid
    assert "Content-Length" in logged["response"]["headers"]


def test_sending_again_keeps_the_number(project: Project) -> None:
    received = _comment(project, "Twice")
    logged = _log_entry(project.playground, received.guid)
    with app_client(project.playground) as app:
        assert app.post(f"/app/hook/deliveries/{logged['id']}/attempts").status_code == 202
    again = project.expect("issue_comment.created", 2)
    assert (again.guid, again.body) == (received.guid, received.body)
    assert again.headers["x-hub-signature-256"] == received.headers["x-hub-signature-256"]
    assert _log_entry(project.playground, received.guid, attempts=2)["redelivery"] is True


@pytest.mark.parametrize("status", [500, 301])
def test_an_answer_that_is_not_a_success_is_a_failed_delivery(project: Project, status: int) -> None:
    number = project.open_pull()["number"]
    project.expect("pull_request.opened")
    project.receiver.status = status
    try:
        project.writer.post(f"{project.path}/issues/{number}/comments", json={"body": "Down?"})
        received = project.expect("issue_comment.created")
        logged = _log_entry(project.playground, received.guid)
    finally:
        project.receiver.status = 202
    assert (logged["status"], logged["status_code"]) == (f"Invalid HTTP Response: {status}", status)


def test_the_log_is_read_page_by_page(project: Project) -> None:
    _log_entry(project.playground, _comment(project, "One more").guid)
    with app_client(project.playground) as app:
        first = app.get("/app/hook/deliveries", params={"per_page": 1})
        second = app.get(first.links["next"]["url"])
        assert [one["id"] for one in first.json()] > [one["id"] for one in second.json()]
        assert app.get("/app/hook/deliveries", params={"cursor": "nonsense"}).status_code == 422


def test_a_bot_that_is_away_slows_nobody_down_and_is_logged(tmp_path: Path) -> None:
    with (
        running_playground(tmp_path, webhook_url="http://127.0.0.1:9/away") as playground,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
    ):
        writer.post("/repos/acme/shop/issues/1/comments", json={"body": "Anybody?"})
        logged = eventually(lambda: app.get("/app/hook/deliveries").json(), "the failed delivery")
        assert (logged[0]["status"], logged[0]["status_code"]) == ("failed to connect to host", 502)


def test_what_waits_at_the_end_is_sent_at_the_next_start(tmp_path: Path) -> None:
    with (
        _stuck() as stuck_url,
        running_playground(tmp_path, webhook_url=stuck_url) as playground,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
    ):
        for body in ("one", "two"):
            assert writer.post("/repos/acme/site/issues/1/comments", json={"body": body}).status_code == 201
        assert app.get("/app/hook/deliveries").json() == []  # still waiting for the first answer
    with receiving() as later, running_playground(tmp_path, webhook_url=later.url):
        later.expect("issue_comment.created", 2)
        assert [one.payload["comment"]["body"] for one in later.received] == ["one", "two"]


def test_a_suspended_installation_hears_nothing_and_does_nothing(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=receiver.url) as playground,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
    ):
        installation = app.get("/repos/acme/shop/installation").json()["id"]
        assert app.put(f"/app/installations/{installation}/suspended").status_code == 204
        writer.post("/repos/acme/shop/issues/1/comments", json={"body": "Psst"})
        assert app.post(f"/app/installations/{installation}/access_tokens").status_code == 403
        app.delete(f"/app/installations/{installation}/suspended")
        app.delete(f"/app/installations/{installation}")
        receiver.expect("installation.deleted")
        assert receiver.names == ["installation.suspend", "installation.unsuspend", "installation.deleted"]
        assert app.get("/repos/acme/shop/installation").status_code == 404


def test_an_app_that_asked_for_less_gets_less(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        running_playground(
            tmp_path, webhook_url=receiver.url, app_permissions="pull_requests:write", app_events="issue_comment"
        ) as playground,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop") as bot,
    ):
        assert app.get("/app").json()["permissions"] == {"metadata": "read", "pull_requests": "write"}
        assert bot.post("/repos/acme/shop/issues/1/comments", json={"body": "Hello"}).status_code == 201
        assert bot.get("/repos/acme/shop/contents/app.py").status_code == 403
        writer.patch("/repos/acme/shop/pulls/1", json={"title": "Unheard"})
        writer.post("/repos/acme/shop/issues/1/comments", json={"body": "Heard"})
        receiver.expect("issue_comment.created", 2)
        assert receiver.names == ["issue_comment.created"] * 2
