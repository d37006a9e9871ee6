"""Inspections, scans and fixes: one row for one thing, however often it is asked for."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select

from engine.domain.event import Repository
from engine.domain.inspection import FixState, FixWay, Inspection, InspectionState
from engine.domain.job import JobKind
from engine.store import fixes, inspections, repositories, scans
from engine.store.fixes import NewFix
from engine.store.inspections import Wanted
from engine.store.scans import StoredScan
from engine.store.schema import jobs, outbox
from tests.store.building import House

NOW = 1_700_000_000.0
HEAD = Wanted(installation_id=1, repository_id=7, number=12, sha="a" * 40, asked_by="ada")


def asked(connection: Connection, wanted: Wanted = HEAD, now: float = NOW) -> Inspection:
    """An inspection of a commit of acme/shop."""
    shop = Repository(7, "acme/shop", "main", private=True, clone_url="https://example.com/acme/shop.git")
    repositories.record(connection, 1, shop, NOW)
    return inspections.ask(connection, wanted, now)


def count(connection: Connection, kind: JobKind) -> int:
    """How many jobs of a kind there are."""
    found = select(func.count()).select_from(jobs).where(jobs.c.kind == kind.value)
    return int(connection.execute(found).scalar_one())


def reporters(connection: Connection) -> set[str]:
    """What the outbox is to show."""
    return {str(key).partition(":")[0] for key in connection.execute(select(outbox.c.subject)).scalars()}


def test_asking_twice_is_one_inspection_with_one_job(house: House) -> None:
    with house.database.write() as connection:
        first, second = asked(connection), asked(connection, now=NOW + 5)
        assert (first.id, count(connection, JobKind.INSPECT)) == (second.id, 1)
        assert (second.state, second.created_at) == (InspectionState.WAITING, NOW + 5)
        assert {"readiness", "comment"} <= reporters(connection)


def test_what_was_seen_stays_until_it_is_looked_at_again(house: House) -> None:
    with house.database.write() as connection:
        first = asked(connection)
        inspections.advance(connection, first.id, InspectionState.DONE, "Looked at", NOW + 1, {"inspected": "{}"})
        again = asked(connection, now=NOW + 9)
        assert (again.id, again.state, again.inspected) == (first.id, InspectionState.WAITING, "{}")
        assert again.created_at == NOW + 9


def test_what_others_are_compared_with_is_told_of_only_once_somebody_asks(house: House) -> None:
    base = replace(HEAD, number=0, asked_by="", reported=False)
    with house.database.write() as connection:
        asked(connection, base)
        assert reporters(connection) == set()
        assert inspections.newest(connection, 7, 0) is None
        asked(connection, replace(base, asked_by="eve", reported=True))
        found = inspections.newest(connection, 7, 0)
        assert found is not None
        assert (found.asked_by, reporters(connection)) == ("eve", {"readiness"})


def test_a_look_goes_with_the_installation_that_asks_last(house: House) -> None:
    with house.database.write() as connection:
        asked(connection)
        assert asked(connection, replace(HEAD, installation_id=2)).installation_id == 2


def test_the_newest_of_a_pull_request_is_the_one_asked_for_last(house: House) -> None:
    with house.database.write() as connection:
        asked(connection)
        second = asked(connection, replace(HEAD, sha="b" * 40), now=NOW + 1)
        asked(connection, replace(HEAD, number=13, sha="c" * 40), now=NOW + 2)
        assert inspections.newest(connection, 7, 12) == second


def test_a_report_turns_when_its_time_has_come(house: House) -> None:
    with house.database.write() as connection:
        first = asked(connection)
        seen = {"turns_at": NOW + 100}
        inspections.advance(connection, first.id, InspectionState.DONE, "Looked at", NOW, seen)
        assert inspections.turning(connection, NOW + 99) == []
        assert [each.id for each in inspections.turning(connection, NOW + 100)] == [first.id]
        inspections.turn(connection, first.id, None)
        assert inspections.turning(connection, NOW + 1000) == []


def test_the_newest_scan_of_a_commit_is_kept(house: House) -> None:
    scan = StoredScan(7, "a" * 40, 1, "{}", conclusive=False, made_at=NOW)
    with house.database.write() as connection:
        scans.keep(connection, scan)
        newer = replace(scan, conclusive=True, made_at=NOW + 1)
        scans.keep(connection, newer)
        assert scans.of_commit(connection, 7, "a" * 40) == newer
        assert scans.of_commit(connection, 8, "a" * 40) is None
        assert (scans.forget(connection, NOW + 1), scans.forget(connection, NOW + 2)) == (0, 1)


@pytest.mark.parametrize("times", [1, 2])
def test_a_fix_is_one_row_and_one_job_however_often_its_delivery_comes(house: House, times: int) -> None:
    new = NewFix(1, 7, 12, "a" * 40, "procfile", "ada", 101, "gh:1")
    with house.database.write() as connection:
        found = {fixes.ask(connection, new, NOW) for _ in range(times)}
        assert (len(found), count(connection, JobKind.FIX)) == (1, 1)


def test_a_fix_that_was_made_says_how_and_isnt_made_again(house: House) -> None:
    new = NewFix(1, 7, 12, "a" * 40, "procfile", "ada", 101, "gh:1")
    with house.database.write() as connection:
        fix = fixes.ask(connection, new, NOW)
        fixes.end(connection, fix.id, FixState.DONE, "Written", NOW + 1, way=FixWay.COMMIT, commit_sha="d" * 40)
        again = fixes.ask(connection, new, NOW + 2)
        assert (again.state, again.way, again.commit_sha) == (FixState.DONE, FixWay.COMMIT, "d" * 40)
        assert fixes.newest(connection, 7, 12, 3) == [again]
        assert fixes.newest(connection, 8, 12, 3) == []
