"""What a change of state costs: one small read where nobody hears of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from engine.domain.release import DeployState
from engine.reports.slack_audience import listeners
from engine.reports.slack_marks import mark_about
from engine.store.database import Database
from tests.reports.project import SHA_A, WAY
from tests.reports_slack.office import Office


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_where_nobody_hears_of_it_a_mark_is_one_read(office: Office) -> None:
    release = office.project.release()
    with office.database.write() as connection, statements(office.database) as asked:
        mark_about(connection, office.project.repository.id, release.id)
    assert [each.split()[0] for each in asked] == ["SELECT"]
    assert office.marks() == {}


def test_that_read_goes_through_indexes_alone(quick_office: Office) -> None:
    with quick_office.database.write() as connection, statements(quick_office.database) as asked:
        listeners(connection, 7, "dep_1")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", ("x",) * asked[0].count("?")).all()
    steps = [str(row[3]) for row in plan]
    assert not [step for step in steps if step.startswith("SCAN slack")], steps
    assert sum("USING INDEX" in step for step in steps) == 3, steps


def test_a_channel_is_marked_once_whatever_it_hears_and_by_whom(office: Office) -> None:
    office.subscribe()
    release = office.project.release()
    office.asked(release.id, "C1")
    assert set(office.marks().values()) == {2}


def test_what_a_channel_of_failures_hears_of_isnt_marked_before_one(office: Office) -> None:
    office.subscribe("C1", "failures")
    release = office.project.release()
    office.project.move(release, *WAY)
    assert office.marks() == {}
    office.project.move(release, DeployState.FAILED)
    assert len(office.marks()) == 1


def test_a_preview_is_marked_with_each_change_of_its_build(office: Office) -> None:
    office.subscribe("C1", "previews")
    office.build(office.preview(), SHA_A)
    assert len(office.marks()) == 1
