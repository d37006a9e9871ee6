"""The page of a build."""

import time

import pytest

from engine.domain.build import Build, BuildState
from engine.errors import Unreachable
from engine.store import builds, logs
from tests.access.world import World
from tests.pages.client import Client
from tests.pages.site import as_person


def a_build(world: World, *lines: str) -> Build:
    """A build that runs, with a log."""
    build = world.build(world.preview())
    with world.database.write() as connection:
        builds.advance(connection, build.id, BuildState.DEPENDENCIES, "Installing with uv", time.time())
        logs.append(connection, build.id, lines, time.time())
    return build


def fail(world: World, build: Build) -> None:
    """Ends it badly."""
    with world.database.write() as connection:
        builds.advance(
            connection,
            build.id,
            BuildState.FAILED,
            "It ended with code 1",
            time.time(),
            cause="It ended with <b>code 1</b>.",
            fix="Mend `app.py`.",
        )


def test_it_shows_where_the_build_stands_and_its_log(site: Client, world: World) -> None:
    build = a_build(world, "Resolved 7 packages")
    page = site.get(f"/jobs/{build.id}", headers=as_person("reader"))
    assert page.status_code == 200
    for words in ("acme/shop #1", "build_v0_1", "Installing dependencies", "Resolved 7 packages", "aaaaaaa", "writer"):
        assert words in page.text
    assert f"https://github.example/acme/shop/commit/{'a' * 40}" in page.text


def test_what_programs_wrote_is_text_and_nothing_else(site: Client, world: World) -> None:
    build = a_build(world, "<script>alert(1)</script>")
    fail(world, build)
    page = site.get(f"/jobs/{build.id}", headers=as_person("reader")).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "It ended with &lt;b&gt;code 1" in page
    assert "Mend `app.py`." in page


def test_a_serving_build_links_to_its_preview(site: Client, world: World) -> None:
    preview = world.preview()
    build = world.serve(preview, "tcp:127.0.0.1:1")
    page = site.get(f"/jobs/{build.id}", headers=as_person("reader")).text
    assert f'href="http://{preview.label}.localhost:8081/"' in page


def test_an_older_build_says_that_the_link_shows_another_version(site: Client, world: World) -> None:
    preview = world.preview()
    old = world.serve(preview, "tcp:127.0.0.1:1")
    world.serve(preview, "tcp:127.0.0.1:2", sha="b" * 40)
    assert "it shows another version" in site.get(f"/jobs/{old.id}", headers=as_person("reader")).text


def test_a_stranger_is_sent_to_sign_in_and_back(site: Client, world: World) -> None:
    build = a_build(world)
    answer = site.get(f"/jobs/{build.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next=%2Fjobs%2F{build.id}")


@pytest.mark.parametrize("part", ["", "/summary", "/log", "/log.txt"])
def test_what_you_may_not_read_is_not_there(site: Client, world: World, part: str) -> None:
    build = a_build(world, "a line of theirs")
    answer = site.get(f"/jobs/{build.id}{part}", headers=as_person("outsider"))
    missing = site.get(f"/jobs/bld_nothing{part}", headers=as_person("outsider"))
    assert answer.status_code == missing.status_code == 404
    assert answer.text == missing.text


@pytest.mark.parametrize("part", ["/summary", "/log", "/log.txt"])
def test_the_parts_are_for_people_who_are_signed_in(site: Client, world: World, part: str) -> None:
    assert site.get(f"/jobs/{a_build(world).id}{part}").status_code == 401


def test_new_lines_come_from_where_the_page_ends_until_the_build_is_over(site: Client, world: World) -> None:
    build = a_build(world, "one", "two")
    asked = f"/jobs/{build.id}/log?from=1"
    assert site.get(asked, headers=as_person("reader")).json() == {"lines": ["two"], "next": 2, "over": False}
    fail(world, build)
    assert site.get(f"/jobs/{build.id}/log?from=2", headers=as_person("reader")).json() == {
        "lines": [],
        "next": 2,
        "over": True,
    }


@pytest.mark.parametrize("start", ["-1", "x", "٣", "9" * 40])
def test_a_line_number_that_is_none_is_refused(site: Client, world: World, start: str) -> None:
    answer = site.get(f"/jobs/{a_build(world).id}/log", params={"from": start}, headers=as_person("reader"))
    assert answer.status_code == 400


def test_a_long_log_is_shown_from_its_end_and_given_whole_as_text(site: Client, world: World) -> None:
    build = a_build(world, *(f"line {number}" for number in range(2500)))
    page = site.get(f"/jobs/{build.id}", headers=as_person("reader")).text
    assert 'start="501"' in page
    assert "<li>line 499</li>" not in page
    text = site.get(f"/jobs/{build.id}/log.txt", headers=as_person("reader"))
    assert text.headers["content-type"].startswith("text/plain")
    assert text.text.splitlines()[::2499] == ["line 0", "line 2499"]


def test_a_github_that_is_away_is_said_and_shows_nothing(site: Client, world: World) -> None:
    build = a_build(world, "a line of theirs")
    world.forge.outage = Unreachable("GitHub is away")
    answer = site.get(f"/jobs/{build.id}", headers=as_person("reader"))
    assert answer.status_code == 503
    assert "a line of theirs" not in answer.text
