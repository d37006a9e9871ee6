"""The page of a deploy: its steps, what it waits for, why it failed, its log, and its buttons."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.pages.deploy_view import steps_of
from bot.pages.tones import DEPLOY_TONES
from engine.deploy.asks import Action
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.errors import Cause
from engine.store import timeline
from tests.access.world import SHOP, World
from tests.pages.client import Client
from tests.pages.deploys import WAY, Deploys
from tests.pages.site import RecordingDesk, as_person, form, open_site


@pytest.fixture
def deploys(world: World) -> Deploys:
    return Deploys(world)


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def site(world: World, tmp_path: Path, desk: RecordingDesk) -> Iterator[Client]:
    with open_site(world, tmp_path, desk=desk) as client:
        yield client


def page(site: Client, release: Release, login: str = "writer", part: str = "") -> str:
    """The page as somebody sees it."""
    return site.get(f"/deploys/{release.id}{part}", headers=as_person(login)).text


def steps(deploys: Deploys, release: Release) -> dict[str, str]:
    """How far each step is."""
    with deploys.world.database.read() as connection:
        moments = tuple(timeline.of(connection, release.id))
    return {step.label: step.progress for step in steps_of(deploys.current(release), moments)}


def press(site: Client, release: Release, button: str, **fields: str) -> httpx.Response:
    """A button of the page, pressed in a browser."""
    headers, body = form(**fields)
    return site.request("POST", f"/deploys/{release.id}/{button}", headers=as_person("writer") | headers, content=body)


def test_every_state_has_a_look() -> None:
    assert set(DEPLOY_TONES) == set(DeployState)


def test_the_steps_of_a_deploy_that_builds(deploys: Deploys) -> None:
    release = deploys.move(deploys.ask(deploys.environment()), *WAY[:2])
    assert steps(deploys, release) == {
        "Security Scanning": "done",
        "Building": "now",
        "Deploying": "to_come",
        "Deployed": "to_come",
    }


def test_the_steps_of_one_that_is_live_and_of_one_that_waits(deploys: Deploys) -> None:
    production = deploys.environment()
    assert set(steps(deploys, deploys.serve(production)).values()) == {"done"}
    assert set(steps(deploys, deploys.ask(production, "b" * 40)).values()) == {"to_come"}


def test_a_failed_step_is_the_one_that_failed(deploys: Deploys) -> None:
    release = deploys.move(deploys.ask(deploys.environment()), *WAY[:2], DeployState.FAILED)
    assert steps(deploys, release)["Building"] == "failed"


def test_a_promotion_needs_no_build(deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment(), kind=ReleaseKind.PROMOTION)
    release = deploys.move(release, DeployState.SECURITY_SCANNING, DeployState.DEPLOYING)
    assert steps(deploys, release)["Building"] == "left_out"


def test_what_was_taken_back_shows_it(deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment())
    release = deploys.move(release, *WAY[:3], DeployState.ROLLING_BACK, DeployState.ROLLED_BACK)
    shown = steps(deploys, release)
    assert shown == {
        "Security Scanning": "done",
        "Building": "done",
        "Deploying": "failed",
        "Rolling back": "done",
        "Rolled back": "done",
    }


def test_a_rollback_has_steps_of_its_own(deploys: Deploys) -> None:
    release = deploys.move(deploys.ask(deploys.environment(), kind=ReleaseKind.ROLLBACK), DeployState.ROLLING_BACK)
    assert steps(deploys, release) == {"Rolling back": "now", "Deployed": "to_come"}


def test_it_tells_durations_cause_fix_and_who_serves_on(site: Client, deploys: Deploys) -> None:
    production = deploys.environment()
    deploys.serve(production)
    cause = Cause("It ended with <b>code 1</b> (app.py:3)", "Mend `app.py`.")
    release = deploys.move(deploys.ask(production, "b" * 40), *WAY[:2], DeployState.FAILED, cause=cause)
    shown = page(site, release)
    for words in ("4.2 s", "ended with &lt;b&gt;code 1", "Mend <code>app.py</code>", "v1 serves on", "bbbbbbb"):
        assert words in shown


def test_the_log_is_shown_in_parts_and_as_text(site: Client, deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment())
    deploys.log(release, "one", "<script>alert(1)</script>")
    assert "<li>&lt;script&gt;alert(1)" in page(site, release)
    part = site.get(f"/deploys/{release.id}/log?from=1", headers=as_person("reader")).json()
    assert part == {"lines": ["<script>alert(1)</script>"], "next": 2, "over": False}
    text = site.get(f"/deploys/{release.id}/log.txt", headers=as_person("reader"))
    assert (text.text, text.headers["content-type"]) == (
        "one\n<script>alert(1)</script>\n",
        "text/plain; charset=utf-8",
    )


def test_cancel_is_offered_while_there_is_something_to_end(site: Client, deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment())
    assert ">Cancel</button>" in page(site, release)
    assert ">Cancel</button>" not in page(site, release, "reader")
    assert ">Cancel</button>" not in page(site, deploys.move(release, DeployState.CANCELLED))


def test_an_approval_says_for_which_commit_it_counts(site: Client, deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment(approvals=2), "b" * 40, requested_by="ada")
    deploys.await_approval(release, needed=2)
    shown = page(site, release)
    assert "2 of 2 missing" in shown
    assert "Approve bbbbbbb</button>" in shown
    assert "Approve bbbbbbb</button>" not in page(site, release, "reader")


@pytest.mark.parametrize(
    ("button", "action"),
    [
        ("approve", Action.APPROVE),
        ("reject", Action.REJECT),
        ("cancel", Action.CANCEL),
        ("rollback", Action.ROLLBACK),
    ],
)
def test_a_button_asks_the_desk_about_this_release_and_commit(
    site: Client, deploys: Deploys, desk: RecordingDesk, button: str, action: Action
) -> None:
    release = deploys.ask(deploys.environment(), "b" * 40)
    press(site, release, button, sha=release.sha, reason="not yet")
    (ask,) = desk.asks
    assert (ask.action, ask.release, ask.environment, ask.sha) == (action, release.id, "production", "b" * 40)
    assert (ask.reason, ask.plan_only, ask.door) == ("not yet", False, "page")


def test_what_changed_names_commits_files_and_variables(site: Client, deploys: Deploys) -> None:
    production = deploys.environment()
    first, second = deploys.serve(production, "a" * 40), deploys.serve(production, "b" * 40)
    history = deploys.world.commits.history(SHOP.id)
    history.add(first.sha)
    history.add(second.sha, first.sha, branch="main", title="Add a <cart>", changed=("cart.py",))
    shown = page(site, second, part="/changes")
    for words in ("Add a &lt;cart&gt;", "writer", "cart.py", "bbbbbbb"):
        assert words in shown
    assert "<html" in shown
    for_script = site.get(f"/deploys/{second.id}/changes", headers={"x-test-login": "writer"}).text
    assert "<html" not in for_script


def test_what_github_does_not_tell_is_said(site: Client, deploys: Deploys) -> None:
    production = deploys.environment()
    deploys.serve(production, "a" * 40)
    assert "GitHub did not say" in page(site, deploys.serve(production, "b" * 40), part="/changes")


def test_strangers_sign_in_first_and_outsiders_find_nothing(site: Client, deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment())
    for part in ("", "/rollback", "/changes"):
        answer = site.get(f"/deploys/{release.id}{part}", headers={"accept": "text/html"})
        assert answer.headers["location"].startswith("/signin?next=%2Fdeploys%2F")
    for part in ("", "/summary", "/log", "/log.txt", "/live", "/rollback", "/changes"):
        assert site.get(f"/deploys/{release.id}{part}", headers=as_person("outsider")).status_code == 404
    for part in ("/summary", "/log", "/log.txt", "/live"):
        assert site.get(f"/deploys/{release.id}{part}").status_code == 401


def test_the_page_is_readable_in_its_parts(site: Client, deploys: Deploys) -> None:
    release = deploys.ask(deploys.environment())
    assert "<html" not in page(site, release, part="/summary")
    headings = re.findall(r"<h(\d)", page(site, release))
    assert headings[0] == "1"
    assert set(headings[1:]) <= {"2", "3"}
