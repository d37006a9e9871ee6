"""Copies in memory end in every process when somebody or something is no longer permitted (faults E7, W8)."""

import pytest

from engine.access.permissions import Permissions
from engine.domain.permission import Role
from engine.forge.grants import LOOK
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.port import RepositoryRef
from engine.forge.tokens import Purpose, Token, Tokens
from engine.settings import Secret
from engine.store.generations import ACCESS, TOKENS, Watch
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID
from tests.recovery.house import NOON, RecoveringHouse
from tests.recovery.payloads import a_coverage_event, a_repository_event, an_access_event, an_installation_event

SHOP = RepositoryRef(INSTALLATION_ID, REPOSITORY_ID, "acme/shop")


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("member", an_access_event()),
        ("repository", a_repository_event("privatized")),
        ("installation", an_installation_event("deleted")),
    ],
)
def test_another_process_asks_github_again_at_the_next_question(
    house: RecoveringHouse, name: str, payload: object
) -> None:
    forge = MemoryForge()
    roles = {"reader": Role.READ}
    forge.repositories[REPOSITORY_ID] = MemoryRepository("acme/shop", roles=roles)
    permissions = Permissions(forge, 60.0, lambda: NOON, Watch(house.database, ACCESS))
    assert permissions.role(SHOP, "reader") is Role.READ
    roles["reader"] = Role.NONE
    assert permissions.role(SHOP, "reader") is Role.READ, "remembered for a minute"
    house.take_in(name, payload)
    assert permissions.role(SHOP, "reader") is Role.NONE


@pytest.mark.parametrize("action", ["deleted", "suspend", "new_permissions_accepted"])
def test_another_process_mints_its_tokens_anew(house: RecoveringHouse, action: str) -> None:
    minted: list[Purpose] = []

    def mint(purpose: Purpose) -> Token:
        minted.append(purpose)
        return Token(Secret(f"ghs_{len(minted)}"), NOON + 3600)

    tokens = Tokens(mint, lambda: NOON, Watch(house.database, TOKENS))
    assert tokens.token(SHOP, LOOK) == tokens.token(SHOP, LOOK)
    house.take_in("installation", an_installation_event(action))
    assert tokens.token(SHOP, LOOK) == Secret("ghs_2")


def test_what_takes_no_permission_away_costs_no_token(house: RecoveringHouse) -> None:
    tokens = house.generation("tokens")
    house.take_in("member", an_access_event("added"))
    house.take_in("installation_repositories", a_coverage_event(added=[{"id": 7, "full_name": "acme/api"}]))
    assert house.generation("tokens") == tokens
