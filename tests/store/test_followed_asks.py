"""Asks that go as an inspection or a fix goes: they end with it, and with nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from engine.domain.inspection import FixState, InspectionState
from engine.store import asks, fixes, inspections
from engine.store.asks import Ask
from engine.store.fixes import NewFix
from engine.store.inspections import Wanted
from tests.store.building import House

SHA = "a" * 40
HEAD = Wanted(installation_id=1, repository_id=7, number=3, sha=SHA)
FIX = NewFix(1, 7, 3, SHA, "procfile", "ada", 3, "guid-2")
LOOK = Ask("guid-1", 1, 7, 3, 77, "ada", "/readiness", sha=SHA, created_at=1000.0)
WRITE = replace(LOOK, delivery="guid-2", comment_id=78, command="/fix procfile")


def looking(connection: Connection, wanted: Wanted = HEAD) -> str:
    """Somebody waits for a look; the inspection's id."""
    asks.receive(connection, replace(LOOK, number=wanted.number))
    made = inspections.ask(connection, wanted, 1000.0)
    asks.follow_inspection(connection, LOOK.delivery, made.id)
    return made.id


def writing(connection: Connection, inspection_id: str = "") -> str:
    """Somebody waits for a fix; the fix's id."""
    asks.receive(connection, WRITE)
    made = fixes.ask(connection, FIX, 1000.0)
    asks.follow_fix(connection, WRITE.delivery, made.id, inspection_id)
    return made.id


def state_of(connection: Connection, ask: Ask) -> str:
    """How the ask stands."""
    found = asks.by_delivery(connection, ask.delivery)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("state", "expected", "number"),
    [
        (InspectionState.DONE, asks.DONE, 3),
        (InspectionState.FAILED, asks.FAILED, 3),
        (InspectionState.DONE, asks.DONE, 0),
    ],
)
def test_an_ask_ends_with_its_inspection(house: House, state: InspectionState, expected: str, number: int) -> None:
    with house.database.write() as connection:
        inspection_id = looking(connection, replace(HEAD, number=number))
        assert asks.end_with_inspections(connection, 7, number) == []
        # Its report is marked with it, and that ends the ask.
        inspections.advance(connection, inspection_id, state, "It is over.", 1001.0)
        assert state_of(connection, LOOK) == expected
        assert asks.end_with_inspections(connection, 7, number) == []


def test_an_ask_about_another_pull_request_or_repository_goes_on(house: House) -> None:
    with house.database.write() as connection:
        looking(connection)
        for other in (replace(HEAD, number=4), replace(HEAD, repository_id=8), replace(HEAD, sha="b" * 40)):
            made = inspections.ask(connection, other, 1000.0)
            inspections.advance(connection, made.id, InspectionState.DONE, "It is over.", 1001.0)
        assert state_of(connection, LOOK) == asks.WORKING


@pytest.mark.parametrize(
    ("state", "reason", "expected", "answer"),
    [
        (FixState.DONE, "", asks.DONE, "How it went."),
        (FixState.REFUSED, "head_moved", asks.REFUSED, "How it went.\n\n`head_moved`"),
        (FixState.FAILED, "", asks.FAILED, "How it went."),
    ],
)
def test_an_ask_ends_with_its_fix_and_says_how_it_went(
    house: House, state: FixState, reason: str, expected: str, answer: str
) -> None:
    with house.database.write() as connection:
        fix_id = writing(connection)
        assert asks.end_with_fixes(connection, 7, 3) == []
        fixes.end(connection, fix_id, state, "How it went.", 1001.0, reason=reason)
        (ended,) = asks.end_with_fixes(connection, 7, 3)
        assert (ended.state, ended.reason, ended.answer, ended.comment_id) == (expected, reason, answer, 78)
        assert asks.end_with_fixes(connection, 7, 3) == []


def test_a_fix_waits_for_no_look(house: House) -> None:
    with house.database.write() as connection:
        made = inspections.ask(connection, HEAD, 1000.0)
        writing(connection, made.id)
        inspections.advance(connection, made.id, InspectionState.DONE, "It is over.", 1001.0)
        assert state_of(connection, WRITE) == asks.WORKING
