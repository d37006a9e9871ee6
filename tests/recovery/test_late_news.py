"""News of an installation that was fetched from the log after newer news came through the door undoes nothing."""

import pytest

from engine.store import deploy_schema, schema
from tests.forge.payloads import INSTALLATION_ID
from tests.recovery.house import RecoveringHouse
from tests.recovery.payloads import NAMED, a_coverage_event, a_repository_event, an_installation_event

BACK_AGAIN = {
    "suspended": (
        ("installation", an_installation_event("suspend")),
        ("installation", an_installation_event("unsuspend")),
    ),
    "taken from it": (
        ("installation_repositories", a_coverage_event(removed=[NAMED])),
        ("installation_repositories", a_coverage_event(added=[NAMED])),
    ),
    "archived": (
        ("repository", a_repository_event("archived")),
        ("repository", a_repository_event("unarchived")),
    ),
}
Told = tuple[str, object]


@pytest.fixture(params=BACK_AGAIN)
def told(request: pytest.FixtureRequest) -> tuple[Told, Told]:
    """What was taken from us, and how it came back."""
    return BACK_AGAIN[request.param]


def fetch(house: RecoveringHouse, guid: str, told: Told, age: float) -> None:
    """It is missed, found in the log, and worked off."""
    event, payload = told
    house.github_logs(guid, payload, event=event, age=age)


def work_off(house: RecoveringHouse, *guids: str) -> None:
    """The loop takes in what it finds, and intake reads it."""
    house.missed.beat()
    for guid in guids:
        house.run(f"gh:{guid}")


def test_what_was_given_back_meanwhile_stays(house: RecoveringHouse, told: tuple[Told, Told]) -> None:
    house.has_preview()
    house.keeps_a_secret()
    gone, back = told
    fetch(house, "late", gone, age=300)
    house.take_in(*back)
    asked = house.generation("sweep")
    work_off(house, "late")
    assert house.preview().life == "open"
    assert house.count(deploy_schema.secrets) == 1
    assert house.values(schema.installations, "state") == ["active"]
    assert house.generation("sweep") > asked
    assert house.sweeps() == []


def test_missed_both_of_them_are_believed_in_their_order(house: RecoveringHouse, told: tuple[Told, Told]) -> None:
    house.has_preview()
    fetch(house, "gone", told[0], age=300)
    fetch(house, "back", told[1], age=200)
    work_off(house, "gone", "back")
    assert house.preview().life == "removed"
    assert house.values(schema.installations, "state") == ["active"]
    assert house.values(schema.repositories, "removed_at") == [None]


def test_what_nothing_contradicts_is_believed(house: RecoveringHouse, told: tuple[Told, Told]) -> None:
    house.has_preview()
    fetch(house, "gone", told[0], age=300)
    work_off(house, "gone")
    assert house.preview().life == "removed"


def test_an_uninstall_is_believed_however_late_it_is_told(house: RecoveringHouse) -> None:
    house.has_preview()
    fetch(house, "gone", ("installation", an_installation_event("deleted")), age=300)
    house.take_in("installation", an_installation_event("unsuspend"))
    work_off(house, "gone")
    assert house.values(schema.installations, "state", id=INSTALLATION_ID) == ["deleted"]


def test_a_suspension_that_is_read_after_its_own_end_is_undone_by_the_next_sweep(house: RecoveringHouse) -> None:
    house.has_preview()
    house.take_in("installation", an_installation_event("unsuspend"))
    asked = house.generation("sweep")
    house.take_in("installation", an_installation_event("suspend"))
    assert house.generation("sweep") > asked
    house.sweeps()
    assert house.values(schema.installations, "state") == ["active"]
