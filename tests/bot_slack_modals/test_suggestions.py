"""What the menu of projects suggests: what that person may read, and no other's name."""

import time

import pytest

from engine.domain.event import Repository
from engine.domain.permission import Role
from engine.errors import Unreachable
from engine.forge.memory import MemoryRepository
from engine.store import repositories
from tests.access.world import INSTALLATION, World
from tests.bot_slack_modals.bench import NOBODY, READS, WRITES, Bench


def add(world: World, number: int, name: str, **roles: Role) -> None:
    """A repository more."""
    told = Repository(number, name, "main", private=True, clone_url="")
    world.forge.repositories[number] = MemoryRepository(name, roles=roles)
    with world.database.write() as connection:
        repositories.record(connection, INSTALLATION, told, time.time())


@pytest.fixture(autouse=True)
def household(world: World) -> None:
    add(world, 8, "acme/till", writer=Role.WRITE)
    add(world, 9, f"acme/{'n' * 100}", reader=Role.READ)


def names(bench: Bench, typed: str, user: str) -> list[str]:
    """The labels of what is suggested."""
    return [str(each["text"]["text"]) for each in bench.suggest(typed, user)]  # type: ignore[index]


def test_everybody_sees_what_they_may_read(bench: Bench) -> None:
    assert names(bench, "", WRITES) == ["acme/shop", "acme/till"]
    assert names(bench, "", READS) == [f"acme/{'n' * 69}…", "acme/shop"]


def test_a_choice_carries_the_id(bench: Bench) -> None:
    assert [each["value"] for each in bench.suggest("till")] == ["8"]


def test_letters_narrow_it(bench: Bench) -> None:
    assert names(bench, " SHO ", WRITES) == ["acme/shop"]
    assert names(bench, "100%_", WRITES) == []


def test_the_name_of_anothers_repository_is_no_answer(bench: Bench) -> None:
    assert names(bench, "acme/till", READS) == []


def test_somebody_who_is_not_linked_is_shown_none(bench: Bench) -> None:
    assert names(bench, "", NOBODY) == []


def test_nothing_is_suggested_while_github_is_away(bench: Bench, world: World) -> None:
    world.forge.outage = Unreachable("asking GitHub: no answer")
    assert names(bench, "", WRITES) == []


def test_a_suggestion_is_never_stored(bench: Bench) -> None:
    bench.suggest("acme")
    assert bench.stored() == []


def test_nothing_is_suggested_to_a_foreign_workspaces_user_of_the_same_id(bench: Bench) -> None:
    bench.of = {"team_id": "T0OTHER"}
    assert names(bench, "", WRITES) == []
