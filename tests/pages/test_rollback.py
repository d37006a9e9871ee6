"""Going back to an older release: the plan first, then the form, with the desk as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.domain.release import Release, ReleaseKind
from engine.store import releases
from engine.store.access_schema import audit
from engine.store.deploy_schema import environments
from tests.access.world import SHOP, World
from tests.pages.client import Client
from tests.pages.deploys import Deploys
from tests.pages.site import as_person, form, open_site, real_desk


@pytest.fixture
def deploys(world: World) -> Deploys:
    return Deploys(world)


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Client]:
    with open_site(world, tmp_path, desk=real_desk(world, tmp_path)) as client:
        yield client


@pytest.fixture
def older(deploys: Deploys) -> Release:
    """A release that served before the one that does."""
    production = deploys.environment()
    first, second = deploys.serve(production, "a" * 40), deploys.serve(production, "b" * 40)
    history = deploys.world.commits.history(SHOP.id)
    history.add(first.sha)
    history.add(second.sha, first.sha, branch="main", title="Add a <cart>", changed=("cart.py",))
    return first


def plan(site: Client, release: Release, login: str = "writer") -> str:
    """The page with the plan."""
    return site.get(f"/deploys/{release.id}/rollback", headers=as_person(login)).text


def test_the_plan_tells_what_is_taken_back(site: Client, older: Release) -> None:
    shown = plan(site, older)
    for words in (
        "Roll production back to v1?",
        "Add a &lt;cart&gt;",
        "<code>cart.py</code>",
        "Nothing stands in the way",
    ):
        assert words in shown


def test_looking_at_the_plan_changes_nothing(site: Client, older: Release, world: World) -> None:
    plan(site, older)
    with world.database.read() as connection:
        assert len(releases.of_environment(connection, older.environment_id)) == 2
        assert connection.execute(select(audit.c.did)).scalars().all() == []
        # The rules of a default branch that names no environments are only adopted by an ask that counts.
        assert '"written": true' in connection.execute(select(environments.c.rules)).scalar_one()


def test_the_form_makes_a_new_release_of_the_old_bundle(site: Client, older: Release, world: World) -> None:
    headers, body = form()
    path = f"/deploys/{older.id}/rollback"
    first = site.request("POST", path, headers=as_person("writer") | headers, content=body)
    again = site.request("POST", path, headers=as_person("writer") | headers, content=body)
    assert first.status_code == 303
    assert again.headers["location"] == first.headers["location"]
    with world.database.read() as connection:
        made = releases.of_environment(connection, older.environment_id)[0]
    assert first.headers["location"] == f"/deploys/{made.id}"
    assert (made.number, made.kind, made.sha, made.source_id) == (3, ReleaseKind.ROLLBACK, older.sha, older.id)


def test_what_stands_in_the_way_is_told_before(site: Client, older: Release, deploys: Deploys) -> None:
    production = deploys.environment()
    deploys.lock(production, "grace", "looking into the checkout")
    shown = plan(site, older)
    assert "locked" in shown
    assert "looking into the checkout" in shown
    assert ">Roll back to v1</button>" not in shown


def test_what_serves_can_not_be_gone_back_to(site: Client, older: Release, world: World) -> None:
    with world.database.read() as connection:
        serving = releases.of_environment(connection, older.environment_id)[0]
    answer = site.get(f"/deploys/{serving.id}/rollback", headers=as_person("writer"))
    assert (answer.status_code, "already_deployed" in answer.text) == (409, True)


def test_a_reader_is_told_who_may(site: Client, older: Release) -> None:
    answer = site.get(f"/deploys/{older.id}/rollback", headers=as_person("reader"))
    assert (answer.status_code, "not_permitted" in answer.text) == (409, True)
