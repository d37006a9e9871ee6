"""The page that says whether it is ready to ship: what it shows, to whom, and what its forms ask for."""

import html
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.badge import COLOURS, WORDS, badge_address
from bot.pages.readiness_shown import LIGHT_TONES, WEIGHT_TONES
from engine.domain.event import PullRequest
from engine.domain.inspection import FixState, FixWay, InspectionState
from engine.readiness.finding import Severity
from engine.readiness.light import Light
from engine.readiness.rules.table import BY_ID
from engine.store import asks, fixes, inspections, repositories
from engine.store.fixes import NewFix
from engine.store.readiness_schema import inspections as rows
from tests.access.world import INSTALLATION, SHOP, WRITER, World
from tests.pages.client import Client
from tests.pages.readiness import FOUND, evil, looked
from tests.pages.site import GITHUB, as_person, form, open_site, settings_of
from tests.pages.test_hostile import EVIL, judged
from tests.readiness.report_sample import SHA, a_path, a_waiver, seen

PAGE = "/projects/acme/shop/pulls/1/readiness"
OF_BRANCH = "/projects/acme/shop/readiness"


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Client]:
    with open_site(world, tmp_path) as client:
        yield client


def shown(site: Client, path: str = PAGE, login: str = "writer") -> str:
    """The page as somebody sees it."""
    return site.get(path, headers=as_person(login)).text


def send(site: Client, path: str, login: str = "writer", **fields: str) -> httpx.Response:
    """A form of the page."""
    headers, body = form(**fields)
    return site.request("POST", path, headers=as_person(login) | headers, content=body)


def test_every_light_and_weight_has_a_look() -> None:
    assert set(LIGHT_TONES) == set(WORDS) == set(COLOURS) == set(Light)
    assert set(WEIGHT_TONES) == set(Severity)


@pytest.mark.parametrize("path", [PAGE, OF_BRANCH])
def test_before_anybody_looked_it_says_so_and_offers_to(site: Client, path: str) -> None:
    said = shown(site, path, "reader")
    assert "Nobody has looked yet" in said
    assert f'action="{path}/look"' in said


def test_findings_stand_with_place_reason_and_fix_blocking_ones_first(site: Client, world: World) -> None:
    looked(world)
    said = shown(site)
    assert "Not ready to ship" in said
    assert f"https://github.example/acme/shop/blob/{SHA}/app.py#L7" in said
    for each in FOUND:
        assert html.escape(each.rule) in said
    assert said.index("What blocks") < said.index("Warnings") < said.index("Notes")
    assert "no preview of this commit runs" in said


def test_a_waived_finding_names_its_owner_and_its_end(site: Client, world: World) -> None:
    waiver = a_waiver("debug-off", until="2999-01-01")
    looked(world, waivers=(waiver, a_waiver("lock-file", until="2020-01-01")))
    said = shown(site)
    assert "Ready to ship, with warnings" in said
    assert "ada until 2999-01-01" in said
    assert "Ended" in said


def test_a_newer_commit_is_told_of_and_takes_the_fixes_away(site: Client, world: World) -> None:
    looked(world)
    assert f'action="{PAGE}/fixes/procfile"' in shown(site)
    assert f'action="{PAGE}/fixes/procfile"' not in shown(site, login="reader")


def test_the_form_looks_again_once_however_often_it_is_sent(site: Client, world: World) -> None:
    world.commits.history(SHOP.id).add(SHA, branch="main")
    answers = [send(site, f"{OF_BRANCH}/look") for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, OF_BRANCH)] * 2
    with world.database.read() as connection:
        made = inspections.newest(connection, SHOP.id, 0)
        assert made is not None
        assert (made.state, made.asked_by, made.sha) == (InspectionState.WAITING, "writer", SHA)
    assert "It is being looked at" in shown(site, OF_BRANCH)


def test_a_reader_can_look_and_cant_fix(site: Client, world: World) -> None:
    looked(world)
    pull_request = PullRequest(1, "Add", SHA, "add", SHOP.id, "main", WRITER, False, True, False)
    world.forge.repositories[SHOP.id].pull_requests[1] = pull_request
    answer = send(site, f"{PAGE}/fixes/procfile", "reader", sha=SHA)
    assert answer.status_code == 403
    assert "not_permitted" in answer.text


@pytest.mark.parametrize("name", ["nonsense", "..%2f", "procfile;x", "PROCFILE"])
def test_a_name_that_is_no_fix_is_refused_in_words(site: Client, world: World, name: str) -> None:
    looked(world)
    assert send(site, f"{PAGE}/fixes/{name}", sha=SHA).status_code in (400, 404, 409)


def test_looking_at_the_page_starts_nothing(site: Client, world: World) -> None:
    looked(world)
    with world.database.read() as connection:
        before = connection.execute(select(rows)).all()
    for path in (PAGE, OF_BRANCH, f"{PAGE}/report", f"{OF_BRANCH}/report"):
        shown(site, path)
    with world.database.read() as connection:
        assert connection.execute(select(rows)).all() == before


def test_a_patch_is_shown_as_it_is_to_be_applied(site: Client, world: World) -> None:
    looked(world)
    with world.database.write() as connection:
        made = fixes.ask(connection, NewFix(INSTALLATION, SHOP.id, 1, SHA, "procfile", "writer", 12, "gh:1"), 1.0)
        said = "Add Procfile: it is a fork. Save this:\n\n```diff\n--- /dev/null\n+++ b/Procfile\n+web: <x>\n```"
        fixes.end(connection, made.id, FixState.DONE, said, time.time(), way=FixWay.PATCH)
    assert "--- /dev/null\n+++ b/Procfile\n+web: &lt;x&gt;\n</pre>" in shown(site)


@pytest.mark.parametrize("words", EVIL)
def test_nothing_that_a_repository_says_comes_alive(site: Client, world: World, words: str) -> None:
    looked(world, saw=evil(words), waivers=(a_waiver("debug-off", reason=words, until="2999-01-01"),))
    ours = (BY_ID["debug-off"].link, a_path().limits[0].source)
    assert [each for each in judged(shown(site)) if f"'href': '{ours[0]}'" not in each and ours[1] not in each] == []


def test_a_badge_is_for_whoever_has_its_address(site: Client, world: World, tmp_path: Path) -> None:
    with world.database.read() as connection:
        repository = repositories.by_id(connection, SHOP.id)
    assert repository is not None
    address = badge_address(settings_of(tmp_path, **GITHUB), repository).removeprefix("http://localhost:8080")
    assert "unknown" in site.get(address).text
    looked(world, 0, seen())
    answer = site.get(address)
    assert (answer.headers["content-type"], "readiness: ready" in answer.text) == ("image/svg+xml", True)
    for wrong in (address[:-1], address.partition("?")[0], f"{address}\u00e9", address.replace("shop", "shed")):
        assert site.get(wrong).status_code == 404


def test_what_was_asked_on_the_page_is_noted_with_its_door(site: Client, world: World) -> None:
    world.commits.history(SHOP.id).add(SHA, branch="main")
    send(site, f"{OF_BRANCH}/look")
    with world.database.read() as connection:
        found = asks.by_delivery(connection, "page:1:a-ticket-of-a-page")
    assert found is not None
    assert (found.door, found.command, found.state) == ("page", "/readiness", asks.WORKING)
