"""The page of a project: what it shows, to whom, and what its forms ask for."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from engine.deploy.asks import Action
from engine.deploy.outcome import Obstacle, Refused, Started, Told
from engine.domain.release import DeployState
from engine.errors import Unreachable
from engine.reasons import Reason
from engine.settings import Secret
from engine.store import drifts
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from tests.access.world import World
from tests.pages.client import Client
from tests.pages.deploys import Deploys
from tests.pages.site import RecordingDesk, as_person, form, open_site

PAGE = "/projects/acme/shop"


def page(site: Client, login: str = "writer") -> str:
    """The page as somebody sees it."""
    return site.get(PAGE, headers=as_person(login)).text


def press(site: Client, action: str, login: str = "writer", **fields: str) -> httpx.Response:
    """A form of the page's production, sent by a browser."""
    headers, body = form(**fields)
    return site.request("POST", f"{PAGE}/production/{action}", headers=as_person(login) | headers, content=body)


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


def test_it_shows_what_is_live_since_when_by_whom(site: Client, deploys: Deploys) -> None:
    production = deploys.environment()
    deploys.serve(production, "b" * 40)
    shown = page(site)
    for words in ("bbbbbbb", "v1", "writer", "of main", f"http://{production.label}.localhost:8081/"):
        assert words in shown
    assert f"https://github.example/acme/shop/commit/{'b' * 40}" in shown


def test_a_project_without_deploys_says_what_there_would_be(site: Client) -> None:
    assert "Nothing was deployed yet" in page(site)


def test_environments_stand_in_the_order_in_which_commits_go_through_them(site: Client, deploys: Deploys) -> None:
    deploys.environment("eu", after="beta")
    deploys.environment("beta", after="staging")
    deploys.environment("staging")
    assert re.findall(r'<h2 id="(\w+)">', page(site)) == ["staging", "beta", "eu"]


def test_it_says_what_comes_next_and_who_waits(site: Client, deploys: Deploys) -> None:
    production = deploys.environment(approvals=1)
    deploys.await_approval(deploys.ask(production, requested_by="ada"))
    deploys.lock(production, "grace", "looking into the checkout")
    deploys.lock(production, "linus", "the next one")
    deploys.hold(production, "Automatic deploys wait since `@ada` rolled back to v3", "ada")
    shown = page(site)
    for words in (
        "Waiting for 1 approval",
        "Locked by grace",
        "looking into the checkout",
        "1. linus",
        "rolled back to v3",
    ):
        assert words in shown


def test_drift_is_said_with_the_button(site: Client, deploys: Deploys, world: World) -> None:
    production = deploys.environment(auto_deploy_branch="main")
    serving = deploys.serve(production, "a" * 40)
    with world.database.write() as connection:
        drifts.say(connection, production, "d" * 40, serving.sha, deploys.now, deploys.now)
    assert "Deploy ddddddd</button>" in page(site)


def test_only_somebody_else_is_shown_approve_and_reject(site: Client, deploys: Deploys) -> None:
    production = deploys.environment(approvals=1)
    release = deploys.ask(production, requested_by="Writer")
    deploys.await_approval(release)
    assert f"/deploys/{release.id}/approve" not in page(site)
    other = deploys.ask(production, requested_by="ada")
    deploys.await_approval(other)
    assert f"/deploys/{other.id}/approve" in page(site)


def test_the_history_offers_what_ran_well_and_serves_no_more(site: Client, deploys: Deploys) -> None:
    production = deploys.environment()
    first, second = deploys.serve(production, "a" * 40), deploys.serve(production, "b" * 40)
    failed = deploys.move(deploys.ask(production, "c" * 40), DeployState.SECURITY_SCANNING, DeployState.FAILED)
    shown = page(site)
    assert f"/deploys/{first.id}/rollback" in shown
    assert f"/deploys/{second.id}/rollback" not in shown
    assert f"/deploys/{failed.id}/rollback" not in shown


def test_a_reader_sees_it_all_and_no_form(site: Client, deploys: Deploys) -> None:
    production = deploys.environment(approvals=1)
    deploys.serve(production)
    deploys.await_approval(deploys.ask(production, "b" * 40, requested_by="ada"))
    shown = page(site, "reader")
    assert "Waiting for 1 approval" in shown
    assert re.findall(r'action="([^"]*)"', shown) == ["/signout"]
    assert "/rollback" not in shown


def test_secrets_are_named_and_never_shown(world: World, tmp_path: Path, deploys: Deploys) -> None:
    key = Fernet.generate_key().decode()
    production, kept = deploys.environment(), Variables(Vault((Secret(key),)))
    deploys.set(production, kept, "STRIPE_KEY", "sk_live_canary")
    deploys.set(production, kept, "PUBLIC_NAME", "The <b>shop</b>", is_secret=False)
    with open_site(world, tmp_path, SECRET_KEYS=key) as site:
        shown = page(site, "reader")
    assert "STRIPE_KEY" in shown
    assert "sk_live_canary" not in shown
    assert "The &lt;b&gt;shop&lt;/b&gt;" in shown


def test_strangers_sign_in_first_and_outsiders_find_nothing(site: Client) -> None:
    assert site.get(PAGE).headers["location"] == "/signin?next=%2Fprojects%2Facme%2Fshop"
    assert site.get(PAGE, headers=as_person("outsider")).status_code == 404
    assert site.get("/projects/acme/nothing", headers=as_person("writer")).status_code == 404
    assert site.get(f"{PAGE}/environments").status_code == 401


def test_a_github_that_is_away_is_said(site: Client, world: World) -> None:
    world.forge.outage = Unreachable("GitHub is away")
    assert site.get(PAGE, headers=as_person("writer")).status_code == 503


@pytest.mark.parametrize(
    ("action", "fields", "asked"),
    [
        ("deploy", {"ref": "main"}, {"action": Action.DEPLOY, "ref": "main"}),
        ("deploy", {}, {"action": Action.DEPLOY, "ref": "main"}),
        ("promote", {}, {"action": Action.PROMOTE}),
        ("restart", {}, {"action": Action.RESTART}),
        ("lock", {"reason": "why not"}, {"action": Action.LOCK, "reason": "why not", "force": False}),
        ("unlock", {}, {"action": Action.UNLOCK, "force": False}),
        (
            "unlock",
            {"force": "1", "reason": "gone home"},
            {"action": Action.UNLOCK, "force": True, "reason": "gone home"},
        ),
        ("unset", {"key": "STRIPE_KEY"}, {"action": Action.ENV_UNSET, "words": ("STRIPE_KEY",)}),
    ],
)
def test_a_form_asks_the_desk(
    site: Client, desk: RecordingDesk, action: str, fields: dict[str, str], asked: dict[str, object]
) -> None:
    press(site, action, **fields)
    (ask,) = desk.asks
    assert {name: getattr(ask, name) for name in asked} == asked
    assert (ask.environment, ask.login, ask.door, ask.repository.full_name) == (
        "production",
        "writer",
        "page",
        "acme/shop",
    )
    assert ask.ask == "page:1:a-ticket-of-a-page"


def test_a_value_comes_as_it_was_typed(site: Client, desk: RecordingDesk) -> None:
    press(site, "variables", key="CERT", value="-----BEGIN\r\n a=b&c \r\n", secret="1", guard="1")
    ((new,),) = [ask.variables for ask in desk.asks]
    assert (new.key, new.value.reveal(), new.is_secret, new.guard) == ("CERT", "-----BEGIN\n a=b&c \n", True, True)


def test_what_is_shown_by_the_page_comes_back_to_it_and_a_deploy_leads_to_its_own(
    site: Client, desk: RecordingDesk
) -> None:
    assert press(site, "lock").headers["location"] == PAGE
    desk.outcome = Started("dep_1")
    assert press(site, "deploy").headers["location"] == "/deploys/dep_1"
    desk.outcome = Told("`v3` of commit `aaaaaaa` serves already.", "dep_3")
    told = press(site, "deploy")
    assert (told.status_code, "<code>v3</code>" in told.text, "/deploys/dep_3" in told.text) == (200, True, True)


def test_a_refusal_tells_every_obstacle_and_who_can_open_it(site: Client, desk: RecordingDesk) -> None:
    behind = Obstacle(Reason.BEHIND_BASE, "It is 2 commits behind `main`.", "Merge `main` and push.")
    locked = Obstacle(Reason.LOCKED, "`@ada` holds the lock: <b>x</b>", "`@ada`: `/unlock`.")
    desk.outcome = Refused((locked, behind))
    answer = press(site, "deploy")
    assert answer.status_code == 409
    for words in ("locked", "behind_base", "<code>@ada</code> holds the lock: &lt;b&gt;x", "Merge <code>main</code>"):
        assert words in answer.text
    desk.outcome = Refused((Obstacle(Reason.NOT_PERMITTED, "You may not.", "Ask somebody."),))
    assert press(site, "deploy").status_code == 403


def test_a_github_that_is_away_changes_nothing(site: Client, desk: RecordingDesk) -> None:
    desk.outage = Unreachable("GitHub is away")
    assert press(site, "deploy").status_code == 503
