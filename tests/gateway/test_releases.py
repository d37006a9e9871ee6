"""Releases at their environments' addresses: on a domain of their own, told apart from previews."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.environment import Environment
from engine.domain.preview import Preview
from engine.sandboxes.port import Upstream
from engine.store import environments
from engine.store.environments import Named
from tests.access.world import INSTALLATION, SHOP, World
from tests.gateway.origin import Origin
from tests.gateway.running import NAVIGATION, RunningGateway
from tests.gateway.wire import Got

PERSON = {name.replace("-", "_"): text for name, text in NAVIGATION.items()}


@pytest.fixture
def apart(world: World, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway where releases have a domain apart from that of previews."""
    running = RunningGateway(world, tmp_path, PREVIEW_DOMAIN="previews.test", RELEASE_DOMAIN="releases.test").start()
    yield running
    running.stop()


def serve(world: World, gateway: RunningGateway, upstream: str, access: str = "public") -> Environment:
    """An environment that serves `dep_1` from `upstream`."""
    with world.database.write() as connection:
        made = environments.ensure(
            connection,
            installation_id=INSTALLATION,
            repository_id=SHOP.id,
            full_name=SHOP.full_name,
            named=Named("production", "local", access, ""),
            now=time.time(),
        )
        assert environments.serve(connection, made, "dep_1", Upstream(upstream), 3001, time.time())
    gateway.until_serving(made, upstream)
    return made


def served_preview(world: World, gateway: RunningGateway, upstream: str) -> Preview:
    """A public preview that is served."""
    preview = world.preview(number=1, access="public")
    world.serve(preview, upstream)
    gateway.until_serving(preview, upstream)
    return preview


def ask(gateway: RunningGateway, label: str, domain: str) -> Got:
    """What a visitor of that host gets."""
    return gateway.ask(f"{label}.{domain}:{gateway.port}")


def test_a_release_answers_on_its_domain_with_its_id(apart: RunningGateway, world: World, origin: Origin) -> None:
    environment = serve(world, apart, origin.upstream)
    got = ask(apart, environment.label, "releases.test")
    assert (got.status, got.value("x-slipway-release"), got.values("x-robots-tag")) == (200, "dep_1", [])


def test_neither_is_found_on_the_others_domain(apart: RunningGateway, world: World, origin: Origin) -> None:
    environment = serve(world, apart, origin.upstream)
    preview = served_preview(world, apart, origin.upstream)
    assert ask(apart, preview.label, "previews.test").status == 200
    for label, domain in ((environment.label, "previews.test"), (preview.label, "releases.test")):
        assert (ask(apart, label, domain).status, ask(apart, label, "example.com").status) == (404, 421)


def test_previews_are_for_no_search_engine(apart: RunningGateway, world: World, origin: Origin) -> None:
    preview = served_preview(world, apart, origin.upstream)
    assert ask(apart, preview.label, "previews.test").values("x-robots-tag") == ["noindex"]


def test_a_private_release_asks_for_the_sign_in(gateway: RunningGateway, world: World, origin: Origin) -> None:
    environment = serve(world, gateway, origin.upstream, access="private")
    assert gateway.ask(environment).status == 401
    got = gateway.ask(environment, "/orders?page=2", **PERSON)
    assert (got.status, f"host={environment.label}" in got.value("location")) == (302, True)


def test_what_a_public_release_tells_search_engines_passes(
    gateway: RunningGateway, world: World, origin: Origin
) -> None:
    environment = serve(world, gateway, origin.upstream)
    assert gateway.ask(environment, "/chatty").values("x-robots-tag") == ["all"]
    preview = served_preview(world, gateway, origin.upstream)
    assert gateway.ask(preview, "/chatty").values("x-robots-tag") == ["noindex"]


def test_an_application_that_is_gone_is_told_without_a_link(gateway: RunningGateway, world: World) -> None:
    gone = Origin("gone").start()
    environment = serve(world, gateway, gone.upstream)
    gone.stop()
    got = gateway.ask(environment, "/", **PERSON)
    assert (got.status, b"href" in got.body) == (502, False)
    assert b"isn&#x27;t answering" in got.body
