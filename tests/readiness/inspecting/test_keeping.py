"""What is kept of inspections, scans and fixes, and for how long."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from engine.domain.event import Person, PullRequest, Repository
from engine.domain.inspection import FixState, InspectionState
from engine.recovery.vacuum import Vacuum
from engine.settings import Intervals
from engine.store import fixes, inspections, pull_requests, repositories, scans
from engine.store.database import Database
from engine.store.fixes import NewFix
from engine.store.history_schema import timeline
from engine.store.inspections import BaseSeen, Wanted
from engine.store.readiness_schema import fixes as fix_rows
from engine.store.readiness_schema import inspections as rows
from engine.store.readiness_schema import scans as scan_rows
from engine.store.scans import StoredScan
from engine.store.schema import outbox
from tests.databases import Databases

DAY = 86_400.0
NOW = 1_700_000_000.0
OLD = NOW - 40 * DAY
SHA, NEWER, BASE = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def database(databases: Databases) -> Database:
    made = databases.shared()
    with made.write() as connection:
        repositories.record(connection, 1, Repository(7, "acme/shop", "main", False, ""), OLD)
    a_pull_request(made, is_open=True)
    return made


def a_pull_request(database: Database, *, is_open: bool) -> None:
    """Pull request 12."""
    told = PullRequest(12, "T", SHA, "topic", 7, "main", Person(1, "octo"), draft=False, open=is_open, merged=False)
    with database.write() as connection:
        pull_requests.record(connection, 7, told, OLD)


def looked(database: Database, sha: str, number: int, at: float, base_sha: str = "") -> None:
    """An inspection that ended then."""
    with database.write() as connection:
        inspection = inspections.ask(connection, Wanted(1, 7, number, sha, "octo"), at)
        seen = {"inspected": "{}", "base_sha": base_sha}
        inspections.advance(connection, inspection.id, InspectionState.DONE, "Looked", at, seen)
        _settle(connection, at)


def _settle(connection: Connection, at: float) -> None:
    """What was marked so far was marked then, and is posted."""
    connection.execute(update(outbox).values(posted=outbox.c.version, marked_at=at))


def swept(database: Database, folder: Path) -> set[str]:
    """The vacuum works; the commits whose inspections are left."""
    Vacuum(database, Intervals(keep_logs=30 * DAY), folder, lambda: NOW, lambda seconds: None).beat()
    with database.read() as connection:
        return set(connection.execute(select(rows.c.sha)).scalars())


def test_of_an_open_pull_request_the_newest_look_stays(database: Database, tmp_path: Path) -> None:
    looked(database, SHA, 12, OLD)
    looked(database, NEWER, 12, OLD + DAY)
    assert swept(database, tmp_path) == {NEWER}


def test_of_a_closed_pull_request_nothing_stays_and_nothing_about_it(database: Database, tmp_path: Path) -> None:
    looked(database, SHA, 12, OLD)
    a_pull_request(database, is_open=False)
    assert swept(database, tmp_path) == set()
    with database.read() as connection:
        assert connection.execute(select(timeline.c.subject).where(timeline.c.subject.like("ins%"))).all() == []
        assert connection.execute(select(outbox.c.subject).where(outbox.c.subject.like("readiness:%"))).all() == []


def test_what_ended_lately_stays(database: Database, tmp_path: Path) -> None:
    a_pull_request(database, is_open=False)
    looked(database, SHA, 12, NOW - DAY)
    assert swept(database, tmp_path) == {SHA}


def test_the_newest_look_at_the_default_branch_stays(database: Database, tmp_path: Path) -> None:
    looked(database, SHA, 0, OLD)
    looked(database, NEWER, 0, OLD + DAY)
    assert swept(database, tmp_path) == {NEWER}


def test_of_a_repository_that_left_not_even_that(database: Database, tmp_path: Path) -> None:
    looked(database, SHA, 0, OLD)
    with database.write() as connection:
        repositories.remove(connection, 7, "gone", OLD)
    assert swept(database, tmp_path) == set()


def test_what_an_open_pull_request_is_compared_with_stays(database: Database, tmp_path: Path) -> None:
    looked(database, SHA, 12, OLD, base_sha=BASE)
    with database.write() as connection:
        inspections.keep_base(connection, BaseSeen(1, 7, BASE, "{}"), OLD)
    assert swept(database, tmp_path) == {SHA, BASE}
    a_pull_request(database, is_open=False)
    assert swept(database, tmp_path) == set()


def test_old_scans_go(database: Database, tmp_path: Path) -> None:
    with database.write() as connection:
        scans.keep(connection, StoredScan(7, SHA, 1, "{}", conclusive=True, made_at=OLD))
        scans.keep(connection, StoredScan(7, NEWER, 1, "{}", conclusive=True, made_at=NOW - DAY))
    swept(database, tmp_path)
    with database.read() as connection:
        assert list(connection.execute(select(scan_rows.c.sha)).scalars()) == [NEWER]


def test_fixes_of_closed_pull_requests_go(database: Database, tmp_path: Path) -> None:
    with database.write() as connection:
        fix = fixes.ask(connection, NewFix(1, 7, 12, SHA, "gitignore", "octo", 1, "d1"), OLD)
        fixes.end(connection, fix.id, FixState.DONE, "Done.", OLD)
    swept(database, tmp_path)
    assert _fixes(database) == [fix.id]
    a_pull_request(database, is_open=False)
    swept(database, tmp_path)
    assert _fixes(database) == []


def _fixes(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(fix_rows.c.id)).scalars())


def test_a_base_that_is_told_of_keeps_what_it_shows(database: Database) -> None:
    looked(database, BASE, 0, OLD)
    with database.write() as connection:
        inspections.keep_base(connection, BaseSeen(1, 7, BASE, '{"new": 1}'), NOW)
        found = inspections.of_commit(connection, 7, 0, BASE)
    assert found is not None
    assert (found.inspected, found.finished_at, found.reported) == ("{}", OLD, True)


def test_a_base_that_nobody_is_told_of_is_written_over(database: Database) -> None:
    with database.write() as connection:
        inspections.keep_base(connection, BaseSeen(1, 7, BASE, "{}"), OLD)
        inspections.keep_base(connection, BaseSeen(1, 7, BASE, '{"new": 1}'), NOW)
        found = inspections.of_commit(connection, 7, 0, BASE)
    assert found is not None
    assert (found.inspected, found.finished_at, found.reported) == ('{"new": 1}', NOW, False)


def test_those_that_are_over_or_unknown_are_told_apart_from_others(database: Database) -> None:
    looked(database, SHA, 12, OLD)
    with database.write() as connection:
        waiting = inspections.ask(connection, Wanted(1, 7, 12, NEWER), NOW)
        done = inspections.of_commit(connection, 7, 12, SHA)
        assert done is not None
        assert inspections.over(connection, {waiting.id, done.id, "ins_unknown"}) == {done.id, "ins_unknown"}
        assert inspections.over(connection, set()) == set()
