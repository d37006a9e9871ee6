"""Cancel and Retry on the page of a build: who sees them, whose press counts, and what it does."""

import time
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from engine.domain.build import Build, BuildState
from engine.domain.event import Person, PullRequest
from engine.domain.job import JobKind
from engine.errors import Unreachable
from engine.store import asks, audit, builds, pull_requests
from engine.store.database import Database
from engine.store.schema import jobs
from tests.access.world import SHOP, World
from tests.pages.client import Client
from tests.pages.site import as_person

OWN = {"origin": "http://localhost:8080"}
HEAD = PullRequest(1, "Add a cart", "a" * 40, "cart", SHOP.id, "main", Person(12, "writer"), False, True, False)


def a_build(world: World, state: BuildState | None = None) -> Build:
    """A build of an open pull request's head, begun by a worker, then over as `state`."""
    build = world.build(world.preview())
    with world.database.write() as connection:
        pull_requests.record(connection, SHOP.id, HEAD, time.time())
        builds.advance(connection, build.id, BuildState.DEPENDENCIES, "Installing", time.time())
        if state is not None:
            builds.advance(connection, build.id, state, "Over", time.time())
    return now(world, build.id)


def now(world: World, build_id: str) -> Build:
    """The build as it is now."""
    with world.database.read() as connection:
        found = builds.by_id(connection, build_id)
    assert found is not None
    return found


def press(site: Client, build: Build, button: str, login: str = "writer", **headers: str) -> httpx.Response:
    """A form of the page, sent by a browser."""
    return site.request("POST", f"/jobs/{build.id}/{button}", headers=as_person(login) | OWN | headers)


def waiting(database: Database, kind: JobKind) -> list[str]:
    """Subjects of the jobs of a kind that wait."""
    with database.read() as connection:
        mine = select(jobs.c.subject).where(jobs.c.kind == kind, jobs.c.state == "pending")
        return list(connection.execute(mine).scalars())


@pytest.mark.parametrize("part", ["", "/summary"])
@pytest.mark.parametrize(
    ("state", "button"),
    [
        (None, "Cancel"),
        (BuildState.FAILED, "Retry"),
        (BuildState.CANCELLED, "Retry"),
        (BuildState.READY, None),
        (BuildState.SUPERSEDED, None),
    ],
)
def test_a_writer_sees_the_button_that_does_something(
    site: Client, world: World, part: str, state: BuildState | None, button: str | None
) -> None:
    build = a_build(world, state)
    page = site.get(f"/jobs/{build.id}{part}", headers=as_person("writer")).text
    shown = [each for each in ("Cancel", "Retry") if f">{each}</button>" in page]
    assert shown == ([button] if button else [])


def test_a_reader_sees_no_button(site: Client, world: World) -> None:
    build = a_build(world)
    assert "/cancel" not in site.get(f"/jobs/{build.id}", headers=as_person("reader")).text


def test_cancel_asks_for_the_end_and_comes_back_to_the_page(site: Client, world: World) -> None:
    build = a_build(world)
    answer = press(site, build, "cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/jobs/{build.id}")
    assert now(world, build.id).stop_wanted == "cancelled"
    assert waiting(world.database, JobKind.CANCEL) == [build.id]
    page = site.get(f"/jobs/{build.id}", headers=as_person("writer")).text
    assert "Cancelled by writer" in page
    assert ">Cancel</button>" not in page


def test_cancel_is_answered_in_the_pull_request_and_noted(site: Client, world: World) -> None:
    press(site, a_build(world), "cancel")
    with world.database.read() as connection:
        (ask,) = asks.newest(connection, SHOP.id, 1, 3)
        (entry,) = audit.of_subject(connection, "acme/shop#1")
    assert (ask.command, ask.login, ask.state, ask.comment_id) == ("/cancel", "writer", "working", 0)
    assert (entry.door, entry.who, entry.outcome) == ("page", "writer", "done")


@pytest.mark.parametrize("state", [BuildState.READY, BuildState.FAILED, BuildState.CANCELLED, BuildState.SUPERSEDED])
def test_cancel_of_what_is_over_is_a_conflict(site: Client, world: World, state: BuildState) -> None:
    build = a_build(world, state)
    answer = press(site, build, "cancel", accept="application/json")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "already_finished"
    assert answer.json()["error"]["message"] == f"build_v0_1 of commit aaaaaaa is over: {state}."
    with world.database.read() as connection:
        assert asks.newest(connection, SHOP.id, 1, 3) == []


def test_a_browser_gets_the_conflict_as_a_page_that_leads_back(site: Client, world: World) -> None:
    build = a_build(world, BuildState.FAILED)
    answer = press(site, build, "cancel")
    assert answer.status_code == 409
    assert "already_finished" in answer.text
    assert f'href="/jobs/{build.id}"' in answer.text


def test_retry_builds_again_and_leads_to_the_new_build(site: Client, world: World) -> None:
    build = a_build(world, BuildState.FAILED)
    answer = press(site, build, "retry")
    assert answer.status_code == 303
    (new,) = waiting(world.database, JobKind.BUILD)[-1:]
    assert answer.headers["location"] == f"/jobs/{new}"
    assert (now(world, new).sha, now(world, new).requested_by) == (build.sha, "writer")


def test_retry_pressed_twice_builds_once(site: Client, world: World) -> None:
    build = a_build(world, BuildState.FAILED)
    first, second = press(site, build, "retry"), press(site, build, "retry")
    assert first.headers["location"] == second.headers["location"]


def test_retry_of_a_commit_that_is_no_longer_the_head_is_a_conflict(site: Client, world: World) -> None:
    build = a_build(world, BuildState.FAILED)
    with world.database.write() as connection:
        pull_requests.record(connection, SHOP.id, replace(HEAD, head_sha="b" * 40), time.time())
    answer = press(site, build, "retry", accept="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_button")


def test_retry_on_a_closed_pull_request_is_a_conflict(site: Client, world: World) -> None:
    build = a_build(world, BuildState.FAILED)
    with world.database.write() as connection:
        pull_requests.record(connection, SHOP.id, replace(HEAD, open=False), time.time())
    assert press(site, build, "retry").status_code == 409


@pytest.mark.parametrize("button", ["cancel", "retry"])
def test_who_may_only_read_is_refused_and_strangers_find_nothing(site: Client, world: World, button: str) -> None:
    build = a_build(world)
    refused = press(site, build, button, "reader", accept="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_permitted")
    assert press(site, build, button, "outsider").status_code == 404
    assert now(world, build.id).stop_wanted == ""


@pytest.mark.parametrize("button", ["cancel", "retry"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_a_press_of_another_sites_page_is_refused(site: Client, world: World, button: str, origin: str) -> None:
    build = a_build(world)
    answer = press(site, build, button, origin=origin, accept="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert now(world, build.id).stop_wanted == ""


@pytest.mark.parametrize("button", ["cancel", "retry"])
def test_looking_at_the_address_presses_nothing(site: Client, world: World, button: str) -> None:
    build = a_build(world)
    assert site.get(f"/jobs/{build.id}/{button}", headers=as_person("writer")).status_code == 405
    assert now(world, build.id).stop_wanted == ""


def test_somebody_who_is_signed_out_is_asked_to_sign_in(site: Client, world: World) -> None:
    build = a_build(world)
    browser = site.request("POST", f"/jobs/{build.id}/cancel", headers=OWN | {"accept": "text/html"})
    script = site.request("POST", f"/jobs/{build.id}/cancel", headers=OWN)
    assert (browser.status_code, browser.headers["location"]) == (303, f"/signin?next=%2Fjobs%2F{build.id}")
    assert script.status_code == 401


def test_a_form_that_is_too_long_is_refused(site: Client, world: World) -> None:
    build = a_build(world)
    headers = as_person("writer") | OWN
    assert site.request("POST", f"/jobs/{build.id}/cancel", headers=headers, content=b"x" * 5000).status_code == 413


def test_a_github_that_is_away_changes_nothing(site: Client, world: World) -> None:
    build = a_build(world)
    world.forge.outage = Unreachable("GitHub is away")
    assert press(site, build, "cancel").status_code == 503
    assert now(world, build.id).stop_wanted == ""


def test_a_build_that_is_not_there_is_not_found(site: Client, world: World) -> None:
    build = replace(a_build(world), id="bld_nothing")
    assert press(site, build, "cancel").status_code == 404
