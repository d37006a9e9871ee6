"""Deployments in SQL, of both kinds: pages that neither repeat nor skip, and what an Idempotency-Key finds again."""

import pytest

from bot.api.idempotency import made_before
from bot.api.problem import Refused
from engine.domain.release import DeployState, ReleaseKind
from engine.store import environments, releases, repositories
from engine.store.database import Database
from engine.store.environments import Named
from engine.store.releases import NewRelease
from tests.access.world import INSTALLATION, SHOP
from tests.databases import Databases


@pytest.fixture
def database(databases: Databases) -> Database:
    return databases.shared()


def asked(database: Database, ask: str, at: float, name: str = "production") -> str:
    """A deployment that was asked for at that moment; its id."""
    with database.write() as connection:
        repositories.record(connection, INSTALLATION, SHOP, at)
        environment = environments.ensure(
            connection,
            installation_id=INSTALLATION,
            repository_id=SHOP.id,
            full_name=SHOP.full_name,
            named=Named(name, "local", "public", "{}"),
            now=at,
        )
        new = NewRelease(environment, ReleaseKind.DEPLOY, "a" * 40, "", "writer", "api", ask, 0, "{}", 0)
        return releases.ask(connection, new, at).id


def page(database: Database, before: str = "", **more: str) -> list[str]:
    """Two deployments at most."""
    with database.read() as connection:
        found = releases.of_repository(connection, SHOP.id, before=before, count=2, **more)
    return [release.id for release in found]


def test_pages_neither_repeat_nor_skip_what_was_asked_for_at_one_moment(database: Database) -> None:
    made = {asked(database, f"api:{number}:x", 100.0) for number in range(5)}
    seen: list[str] = []
    while found := page(database, seen[-1] if seen else ""):
        seen += found
    assert len(seen) == 5
    assert set(seen) == made


def test_newest_come_first_and_environments_apart(database: Database) -> None:
    old, staging, new = asked(database, "1", 1.0), asked(database, "2", 2.0, "staging"), asked(database, "3", 3.0)
    assert page(database) == [new, staging]
    assert page(database, environment="production") == [new, old]
    assert page(database, environment="staging") == [staging]
    assert page(database, state=DeployState.FAILED) == []


def test_a_key_finds_what_its_very_request_made(database: Database) -> None:
    made = asked(database, "api:k_1:said", 1.0)
    with database.read() as connection:
        assert made_before(connection, SHOP.id, "api:k_1:said") == made
        assert made_before(connection, SHOP.id, "api:kx1:said") == ""
        assert made_before(connection, SHOP.id + 1, "api:k_1:said") == ""
        assert made_before(connection, SHOP.id, "api:without-a-key") == ""
        with pytest.raises(Refused):
            made_before(connection, SHOP.id, "api:k_1:another")
