"""The front page."""

import re
import time

from engine.domain.event import Repository
from engine.domain.release import DeployState
from engine.errors import Unreachable
from engine.store import previews, repositories
from tests.access.world import INSTALLATION, World
from tests.pages.client import Client
from tests.pages.deploys import Deploys
from tests.pages.site import as_person

VAULT = Repository(id=8, full_name="acme/vault", default_branch="main", private=True, clone_url="http://127.0.0.1/v")


def a_preview_of_the_vault(world: World) -> None:
    """A preview of a repository that nobody here may read."""
    with world.database.write() as connection:
        repositories.record(connection, INSTALLATION, VAULT, time.time())
        previews.ensure(
            connection,
            installation_id=INSTALLATION,
            repository_id=VAULT.id,
            full_name=VAULT.full_name,
            number=1,
            access="private",
            now=time.time(),
        )


def test_a_stranger_reads_what_slipway_is_and_can_sign_in(site: Client) -> None:
    page = site.get("/")
    assert page.status_code == 200
    assert 'href="/signin?next=%2F"' in page.text
    assert "acme" not in page.text


def test_a_reader_sees_the_previews_of_what_they_may_read(site: Client, world: World) -> None:
    build = world.serve(world.preview(), "tcp:127.0.0.1:1")
    a_preview_of_the_vault(world)
    page = site.get("/", headers=as_person("reader")).text
    assert "acme/shop #1" in page
    assert f"/jobs/{build.id}" in page
    assert ">Open<span" in page
    assert "acme/vault" not in page


def test_an_outsider_sees_no_preview(site: Client, world: World) -> None:
    world.preview()
    assert "Nothing here yet" in site.get("/", headers=as_person("outsider")).text


def test_a_removed_preview_is_not_listed(site: Client, world: World) -> None:
    world.end(world.preview(), "removed")
    assert "Nothing here yet" in site.get("/", headers=as_person("reader")).text


def test_a_github_that_is_away_is_said(site: Client, world: World) -> None:
    world.preview()
    world.forge.outage = Unreachable("GitHub is away")
    page = site.get("/", headers=as_person("reader")).text
    assert "GitHub did not say whether you may read acme/shop" in page


def test_the_list_alone_is_refreshed_for_who_is_signed_in(site: Client, world: World) -> None:
    world.preview()
    assert site.get("/previews").status_code == 401
    assert "<html" not in site.get("/previews", headers=as_person("reader")).text


def test_the_board_shows_projects_what_runs_and_what_went_live(site: Client, world: World) -> None:
    deploys = Deploys(world)
    staging, production = deploys.environment("staging"), deploys.environment("production", after="staging")
    live = deploys.serve(staging, "a" * 40)
    failed = deploys.move(deploys.ask(staging, "b" * 40), DeployState.SECURITY_SCANNING, DeployState.FAILED)
    waiting = deploys.ask(production, "c" * 40, requested_by="ada")
    build = world.build(world.preview())
    page = site.get("/activity", headers=as_person("reader")).text
    running, _, rest = page.partition("Projects")
    assert f"/deploys/{waiting.id}" in running
    assert f"/jobs/{build.id}" in running
    assert f"/deploys/{failed.id}" not in running
    projects, _, latest = rest.partition("Latest deploys")
    assert re.findall(r"(?<=grow\">)\w+", projects) == ["staging", "production"]
    for release in (live, failed, waiting):
        assert f"/deploys/{release.id}" in projects
    assert latest.index(failed.id) < latest.index(live.id)


def test_nobody_sees_the_board_of_what_they_may_not_read(site: Client, world: World) -> None:
    deploys = Deploys(world)
    deploys.serve(deploys.environment())
    for path in ("/", "/activity"):
        page = site.get(path, headers=as_person("outsider")).text
        assert "acme" not in page
        assert "dep_" not in page
    assert site.get("/activity").status_code == 401
    assert site.get("/live").status_code == 401


def test_who_may_only_read_is_not_led_to_a_deploy(site: Client) -> None:
    assert "Deploy it" in site.get("/", headers=as_person("writer")).text
    assert "Deploy it" not in site.get("/", headers=as_person("reader")).text
