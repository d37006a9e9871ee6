"""Permission is known for a minute, and not a second longer."""

import threading

import pytest

from engine.access import permissions
from engine.access.permissions import Permissions
from engine.domain.permission import Role
from engine.errors import Unreachable
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.port import RepositoryRef

SHOP = RepositoryRef(3, 7, "acme/shop")


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class CountingForge(MemoryForge):
    """Notes the questions, and can keep somebody waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.answering = threading.Event()
        self.go = threading.Event()
        self.go.set()

    def permission(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """As the repository says at the moment of the question."""
        self.asked += 1
        role = super().permission(repository, login, account)
        self.answering.set()
        assert self.go.wait(10)
        return role


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forge() -> CountingForge:
    forge = CountingForge()
    forge.repositories[7] = MemoryRepository("acme/shop", roles={"ann": Role.READ})
    return forge


@pytest.fixture
def known(forge: CountingForge, clock: Clock) -> Permissions:
    return Permissions(forge, 60.0, clock)


def test_the_forge_is_asked_once_a_minute(known: Permissions, forge: CountingForge, clock: Clock) -> None:
    assert [known.role(SHOP, login) for login in ("ann", "Ann", "ann")] == [Role.READ] * 3
    assert forge.asked == 1
    clock.at += 60
    assert known.role(SHOP, "ann") == Role.READ
    assert forge.asked == 2


def test_a_removed_person_is_out_within_the_minute(known: Permissions, forge: CountingForge, clock: Clock) -> None:
    known.role(SHOP, "ann")
    forge.repositories[7].roles.clear()
    clock.at += 60
    assert known.role(SHOP, "ann") == Role.NONE


def test_forgetting_asks_again_at_once(known: Permissions, forge: CountingForge) -> None:
    known.role(SHOP, "ann")
    forge.repositories[7].roles.clear()
    known.forget()
    assert known.role(SHOP, "ann") == Role.NONE


def test_an_outage_is_borne_for_the_minute_and_then_said(
    known: Permissions, forge: CountingForge, clock: Clock
) -> None:
    known.role(SHOP, "ann")
    forge.outage = Unreachable("GET: no route to host")
    clock.at += 59
    assert known.role(SHOP, "ann") == Role.READ
    clock.at += 1
    with pytest.raises(Unreachable):
        known.role(SHOP, "ann")


def test_a_repository_that_is_gone_gives_no_role(known: Permissions, forge: CountingForge) -> None:
    forge.repositories.clear()
    assert known.role(SHOP, "ann") == Role.NONE


def test_an_answer_from_before_the_forgetting_is_not_kept(known: Permissions, forge: CountingForge) -> None:
    forge.go.clear()
    asking = threading.Thread(target=known.role, args=(SHOP, "ann"))
    asking.start()
    assert forge.answering.wait(10)
    forge.repositories[7].roles.clear()
    known.forget()
    forge.go.set()
    asking.join()
    assert known.role(SHOP, "ann") == Role.NONE


def test_an_answers_age_counts_from_the_question(known: Permissions, forge: CountingForge, clock: Clock) -> None:
    assert known.known(SHOP, "ann").until == clock.at + 60
    clock.at += 30
    assert known.known(SHOP, "ann").until == clock.at + 30


def test_memory_is_bounded(known: Permissions) -> None:
    for number in range(permissions.CAPACITY + 10):
        known.role(SHOP, f"person-{number}")
    assert known.size <= permissions.CAPACITY
