"""The deploy wizard, with the desk as it is: choose, set, review, Deploy Now."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from engine.domain.event import Repository
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.errors import Unreachable
from engine.forge.memory import MemoryRepository
from engine.forge.port import RepositoryRef
from engine.store import environments, releases, repositories
from engine.store.access_schema import audit
from tests.access.world import INSTALLATION, SHOP, World
from tests.pages.client import Client
from tests.pages.deploys import Deploys
from tests.pages.site import as_person, form, open_site, real_desk

HEAD = "b" * 40
FILE = b"""
environments:
  staging: {checks: none}
  production: {checks: none, after: staging, approvals: 1, windows: ["mon-fri 09:00-17:00 Europe/Berlin"]}
"""
CHOSEN = "repository=acme%2Fshop&environment="


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Client]:
    """A shop with two environments and a commit on main."""
    world.forge.repositories[SHOP.id].files["main"] = {"slipway.yml": FILE}
    world.forge.repositories[SHOP.id].files[HEAD] = {"slipway.yml": FILE}
    world.commits.history(SHOP.id).add(HEAD, branch="main")
    keys = {"SECRET_KEYS": Fernet.generate_key().decode()}
    with open_site(world, tmp_path, desk=real_desk(world, tmp_path, **keys), **keys) as client:
        yield client


def page(site: Client, path: str, login: str = "writer") -> str:
    """A step as somebody sees it."""
    return site.get(path, headers=as_person(login)).text


def made(world: World, name: str) -> list[Release]:
    """The releases of an environment."""
    with world.database.read() as connection:
        found = environments.by_name(connection, SHOP.id, name)
        return releases.of_environment(connection, found.id) if found else []


def post(site: Client, path: str, **fields: str) -> str:
    """Sends a form; where it leads."""
    headers, body = form(repository="acme/shop", **fields)
    answer = site.request("POST", path, headers=as_person("writer") | headers, content=body)
    return str(answer.headers.get("location", ""))


def test_repositories_are_those_where_one_may_write(site: Client, world: World) -> None:
    vault = Repository(8, "acme/vault", "main", private=True, clone_url="http://127.0.0.1/v")
    with world.database.write() as connection:
        repositories.record(connection, INSTALLATION, vault, 1.0)
    shown = page(site, "/deploy/new")
    link = "/deploy/new?repository=acme/shop"
    assert link in shown
    assert "vault" not in shown
    assert link not in page(site, "/deploy/new", "reader")
    assert "No repository with “nothing”" in page(site, "/deploy/new?find=nothing")
    assert link in page(site, "/deploy/new?find=SHO")


def test_a_repository_that_no_delivery_has_named_is_found_by_its_full_name(site: Client, world: World) -> None:
    world.forge.repositories[9] = MemoryRepository("acme/new", roles={"writer": Role.WRITE})
    link = "/deploy/new?repository=acme/new"
    assert link not in page(site, "/deploy/new?find=new")
    assert link in page(site, "/deploy/new?find=acme/new")
    assert link not in page(site, "/deploy/new?find=acme/new", "reader")
    assert "Choose production" in page(site, link)
    world.commits.history(9).add(HEAD, branch="main")
    review = page(site, "/deploy/new/review?repository=acme/new&environment=production")
    assert "Nothing stands in the way" in review
    assert site.get(link, headers=as_person("reader")).status_code == 404
    with world.database.read() as connection:
        assert repositories.by_id(connection, 9) is None


def test_it_is_stored_once_something_is_asked_of_it(site: Client, world: World) -> None:
    world.forge.repositories[9] = MemoryRepository("acme/new", roles={"writer": Role.WRITE})
    world.commits.history(9).add(HEAD, branch="main")
    headers, body = form(repository="acme/new", environment="production", ref="main")
    answer = site.request("POST", "/deploy/new", headers=as_person("writer") | headers, content=body)
    assert answer.headers["location"].startswith("/deploys/dep_")
    assert site.get(answer.headers["location"], headers=as_person("writer")).status_code == 200


def test_environments_are_those_of_the_default_branch_with_what_they_take(site: Client) -> None:
    shown = page(site, "/deploy/new?repository=acme/shop")
    for words in (
        "Choose staging",
        "Choose production",
        "1 approval needed",
        "It comes after staging",
        "Europe/Berlin",
    ):
        assert words in shown


def test_a_project_that_names_none_is_offered_production(site: Client, world: World) -> None:
    world.forge.repositories[SHOP.id].files["main"] = {}
    shown = page(site, "/deploy/new?repository=acme/shop")
    assert "Choose production" in shown
    assert "names no <code>environments</code>" in shown


def test_a_file_with_problems_offers_nothing_and_says_why(site: Client, world: World) -> None:
    world.forge.repositories[SHOP.id].files["main"] = {"slipway.yml": b"environments: {staging: {approvals: many}}"}
    shown = page(site, "/deploy/new?repository=acme/shop")
    assert "approvals" in shown
    assert "Choose" not in shown


def test_a_variable_is_kept_at_once_and_its_value_is_in_no_address_and_no_page(site: Client) -> None:
    choice = {"environment": "staging", "ref": "main", "port": "9000"}
    back = post(site, "/deploy/new/variables", key="API_KEY", value="canary-value", secret="1", **choice)
    assert back == f"/deploy/new?{CHOSEN}staging&ref=main&port=9000#variables"
    for path in (back.partition("#")[0], f"/deploy/new/review?{CHOSEN}staging&ref=main"):
        shown = page(site, path)
        assert "API_KEY" in shown
        assert "canary-value" not in shown


def test_the_review_tells_that_nothing_stands_in_the_way_and_changes_nothing(site: Client, world: World) -> None:
    shown = page(site, f"/deploy/new/review?{CHOSEN}staging&ref=main&health_check_path=/up")
    assert "Nothing stands in the way" in shown
    assert "/up" in shown
    assert ">Deploy Now</button>" in shown
    assert made(world, "staging") == []
    with world.database.read() as connection:
        assert connection.execute(select(audit.c.did)).scalars().all() == []


def test_the_review_tells_every_obstacle_and_what_opens_each(site: Client, world: World) -> None:
    production = Deploys(world).environment("production", after="staging", approvals=1)
    Deploys(world).lock(production, "grace", "looking into the checkout")
    shown = page(site, f"/deploy/new/review?{CHOSEN}production&ref=main")
    assert "All of this stands in the way" in shown
    for words in ("out_of_order", "locked", "looking into the checkout", "What opens it:"):
        assert words in shown
    assert ">Deploy Now</button>" not in shown
    assert "no_such_ref" in page(site, f"/deploy/new/review?{CHOSEN}staging&ref=nowhere")


def test_the_review_tells_what_it_will_wait_for(site: Client, world: World) -> None:
    one = FILE.replace(b", after: staging", b"").replace(b', windows: ["mon-fri 09:00-17:00 Europe/Berlin"]', b"")
    for ref in ("main", HEAD):
        world.forge.repositories[SHOP.id].files[ref] = {"slipway.yml": one}
    shown = page(site, f"/deploy/new/review?{CHOSEN}production&ref=main")
    assert "It will wait" in shown
    assert "1 approval" in shown
    assert ">Deploy Now</button>" in shown


def test_deploy_now_leads_to_the_deploy_and_pressed_twice_makes_one(site: Client, world: World) -> None:
    first = post(site, "/deploy/new", environment="staging", ref="main")
    assert post(site, "/deploy/new", environment="staging", ref="main") == first
    (release,) = made(world, "staging")
    assert first == f"/deploys/{release.id}"
    assert (release.sha, release.requested_by, release.door) == (HEAD, "writer", "page")
    assert "Security Scanning" in page(site, first)


def test_what_can_not_be_read_is_told(site: Client) -> None:
    for query in ("port=0", "port=99999", "port=x", "health_check_path=up"):
        answer = site.get(f"/deploy/new/review?{CHOSEN}staging&{query}", headers=as_person("writer"))
        assert (answer.status_code, "bad_arguments" in answer.text) == (422, True)


@pytest.mark.parametrize("path", ["/deploy/new", "/deploy/new/variables"])
def test_a_form_with_a_port_that_is_none_changes_nothing(site: Client, world: World, path: str) -> None:
    headers, body = form(repository="acme/shop", environment="staging", port="x", key="A", value="b")
    assert site.request("POST", path, headers=as_person("writer") | headers, content=body).status_code == 422
    assert made(world, "staging") == []


def test_somebody_elses_repository_is_not_there(site: Client) -> None:
    for path in ("/deploy/new", "/deploy/new/review"):
        answer = site.get(f"{path}?{CHOSEN}staging", headers=as_person("outsider"))
        assert answer.status_code == 404
    assert site.get("/deploy/new?repository=acme/nothing", headers=as_person("writer")).status_code == 404


def test_strangers_come_back_to_where_they_were(site: Client) -> None:
    answer = site.get("/deploy/new?repository=acme/shop")
    assert answer.headers["location"] == "/signin?next=%2Fdeploy%2Fnew%3Frepository%3Dacme%2Fshop"


def test_a_github_that_is_away_is_said(site: Client, world: World) -> None:
    world.permissions.role(RepositoryRef(INSTALLATION, SHOP.id, SHOP.full_name), "writer")
    world.forge.outage = Unreachable("GitHub is away")
    assert site.get("/deploy/new?repository=acme/shop", headers=as_person("writer")).status_code == 503
    assert site.get(f"/deploy/new/review?{CHOSEN}staging", headers=as_person("writer")).status_code == 503
