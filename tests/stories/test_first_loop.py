"""A pull request comment becomes a running preview and an answer."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stories.applications import BROKEN_FLASK, flask
from tests.stories.house import House, mentioning
from tests.stories.person import Checkout, Person, eventually, visit


def ready(person: Person, repository: str, number: int, sha: str) -> dict[str, Any]:
    """The preview, once it serves `sha`."""

    def look() -> dict[str, Any] | None:
        found = person.previews(repository, number)
        if found and found[0]["state"] == "failed":
            raise AssertionError(found[0])
        return found[0] if found and found[0]["serving_sha"] == sha and found[0]["state"] == "ready" else None

    return eventually(look, f"a preview of {repository}#{number} that serves {sha[:7]}")


def sandboxes_of(house: House) -> set[Path]:
    """The folders of the sandboxes that live."""
    return set((house.data_dir / "sandboxes").iterdir())


def a_repository(person: Person, name: str, folder: Path, files: dict[str, str]) -> tuple[str, Checkout, str]:
    """A new repository of `person` with an open pull request (number 1) of `files`: its name, a clone, the head."""
    created = person.call("POST", "/user/repos", {"name": name, "private": True, "auto_init": True})
    repository = str(created["full_name"])
    checkout = Checkout.of(person, repository, folder)
    head = checkout.push(files, "feature")
    person.call("POST", f"/repos/{repository}/pulls", {"title": "Add it", "head": "feature", "base": "main"})
    return repository, checkout, head


@pytest.mark.parametrize(("repository", "words"), [("acme/shop", "<html"), ("acme/api", ""), ("acme/site", "<html")])
def test_a_comment_on_a_sample_pull_request_gives_a_preview(writer: Person, repository: str, words: str) -> None:
    comment = writer.comment(repository, 1, "/preview")
    eventually(lambda: "eyes" in writer.reactions(repository, comment), "the eyes on the command")
    head = writer.head(repository, 1)
    assert writer.concluded(repository, head)["conclusion"] == "success"
    preview = ready(writer, repository, 1, head)
    answer = visit(writer.share(preview["id"]))
    assert answer.status_code == 200
    assert words in answer.text.lower()
    assert answer.headers["x-robots-tag"] == "noindex"
    eventually(lambda: "rocket" in writer.reactions(repository, comment), "the rocket on the command")
    (sticky,) = writer.sticky(repository, 1)
    eventually(lambda: preview["url"] in writer.sticky(repository, 1)[0]["body"], "the link in the comment")
    assert head[:7] in sticky["body"]


def test_each_push_goes_live_on_the_same_link_in_the_same_comment(writer: Person, folder: Path) -> None:
    repository, checkout, first = a_repository(writer, "pushes", folder, flask("one"))
    share = writer.share(ready(writer, repository, 1, first)["id"])
    assert visit(share).text == "one"
    second = checkout.push(flask("two"), "feature")
    ready(writer, repository, 1, second)
    assert visit(share).text == "two"
    for sha in (first, second):
        assert writer.concluded(repository, sha)["conclusion"] == "success"
    eventually(
        lambda: any(second[:7] in each["body"] for each in writer.sticky(repository, 1)),
        "the new commit in the comment",
    )
    assert len(writer.sticky(repository, 1)) == 1


def test_a_push_that_breaks_the_start_fails_with_its_cause_and_the_old_link_serves_on(
    writer: Person, folder: Path
) -> None:
    repository, checkout, good = a_repository(writer, "breaks", folder, flask("works"))
    share = writer.share(ready(writer, repository, 1, good)["id"])
    bad = checkout.push(BROKEN_FLASK, "feature")
    run = writer.concluded(repository, bad)
    assert run["conclusion"] == "failure"
    assert "the flux is missing" in run["output"]["summary"] + (run["output"]["text"] or "")
    assert visit(share).text == "works"
    (preview,) = writer.previews(repository, 1)
    assert (preview["state"], preview["sha"], preview["serving_sha"]) == ("failed", bad, good)


def test_a_reader_is_refused_with_a_code_and_a_sentence(writer: Person, reader: Person) -> None:
    comment = reader.comment("acme/site", 1, "/preview")
    eventually(lambda: "-1" in reader.reactions("acme/site", comment), "the thumb down")
    body = eventually(
        lambda: next((each["body"] for each in writer.sticky("acme/site", 1) if "not_permitted" in each["body"]), None),
        "the refusal in the comment",
    )
    assert "write permission" in body


@pytest.mark.parametrize(("command", "words"), [("/help", "/preview stop"), ("/status", "Preview")])
def test_help_and_status_answer_a_reader(reader: Person, command: str, words: str) -> None:
    comment = reader.comment("acme/site", 1, command)
    eventually(lambda: "rocket" in reader.reactions("acme/site", comment), f"an answer to {command}")
    eventually(lambda: words in reader.sticky("acme/site", 1)[0]["body"], f"the answer to {command}")


def test_a_forks_pull_request_runs_nothing(writer: Person, reader: Person, folder: Path) -> None:
    created = writer.call("POST", "/user/repos", {"name": "forked", "private": False, "auto_init": True})
    upstream = str(created["full_name"])
    reader.call("POST", f"/repos/{upstream}/forks")
    fork = f"{reader.login}/forked"
    head = Checkout.of(reader, fork, folder).push(flask("hostile"), "feature")
    reader.call("POST", f"/repos/{upstream}/pulls", {"title": "x", "head": f"{reader.login}:feature", "base": "main"})
    run = writer.concluded(upstream, head)
    assert run["conclusion"] == "neutral"
    assert "fork_needs_approval" in run["output"]["title"] + run["output"]["summary"]
    writer.comment(upstream, 1, "/preview")
    eventually(lambda: any("fork_needs_approval" in each["body"] for each in writer.sticky(upstream, 1)), "the refusal")
    assert all(each["serving_sha"] is None for each in writer.previews(upstream, 1))


def test_on_command_waits_for_the_command(writer: Person, folder: Path) -> None:
    files = flask("asked for") | {"slipway.yml": "preview:\n  start: on_command\n"}
    repository, _, head = a_repository(writer, "waits", folder, files)
    assert writer.concluded(repository, head)["conclusion"] == "neutral"
    writer.comment(repository, 1, "/preview")
    preview = ready(writer, repository, 1, head)
    assert visit(writer.share(preview["id"])).text == "asked for"


def test_closing_leaves_nothing_and_reopening_builds_again(writer: Person, folder: Path, house: House) -> None:
    before = sandboxes_of(house)
    repository, _, head = a_repository(writer, "closes", folder, flask("short-lived"))
    preview = ready(writer, repository, 1, head)
    share = writer.share(preview["id"])
    (sandbox,) = sandboxes_of(house) - before
    assert mentioning(sandbox)
    writer.call("PATCH", f"/repos/{repository}/pulls/1", {"state": "closed"})
    eventually(lambda: writer.previews(repository, 1)[0]["state"] == "removed", "the preview's removal", 60)
    eventually(lambda: not mentioning(sandbox), "no process left", 60)
    eventually(lambda: not sandbox.exists(), "no folder left", 60)
    eventually(lambda: "removed" in writer.sticky(repository, 1)[0]["body"].lower(), "the comment's last word")
    assert visit(share).status_code in (404, 410)
    writer.call("PATCH", f"/repos/{repository}/pulls/1", {"state": "open"})
    assert visit(writer.share(ready(writer, repository, 1, head)["id"])).text == "short-lived"


def test_stop_ends_the_preview_and_preview_starts_it_again(writer: Person, folder: Path) -> None:
    repository, _, head = a_repository(writer, "stops", folder, flask("again"))
    ready(writer, repository, 1, head)
    writer.comment(repository, 1, "/preview stop")
    eventually(lambda: writer.previews(repository, 1)[0]["state"] == "stopped", "the stop")
    writer.comment(repository, 1, "/preview")
    assert visit(writer.share(ready(writer, repository, 1, head)["id"])).text == "again"


def test_a_preview_is_private(writer: Person, reader: Person, folder: Path, house: House) -> None:
    repository, _, head = a_repository(writer, "private", folder, flask("for us"))
    preview = ready(writer, repository, 1, head)
    host = httpx.URL(preview["url"]).host
    gateway = f"http://127.0.0.1:{house.ports['GATEWAY_PORT']}/"
    assert httpx.post(gateway, headers={"Host": host}).status_code == 401
    navigation = httpx.get(gateway, headers={"Host": host, "Accept": "text/html", "Sec-Fetch-Mode": "navigate"})
    assert navigation.status_code in (302, 303)
    assert "/signin" in navigation.headers["location"]
    assert reader.slipway("GET", f"/api/previews?repository={repository}&pull_request=1").status_code == 404
    assert reader.slipway("POST", f"/api/previews/{preview['id']}/share").status_code == 404
    assert httpx.get(f"{house.url}/api/previews?repository={repository}&pull_request=1").status_code == 401
