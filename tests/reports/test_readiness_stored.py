"""Reports are made of what is stored and of the day: the same bytes by every way, on each kind of database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import select

from engine.domain.inspection import Inspection, InspectionState
from engine.readiness.light import Light
from engine.readiness.report import About, Report, report_of
from engine.readiness.report_json import report_json
from engine.readiness.turning import EndingWaivers
from engine.reports.port import Subject
from engine.reports.readiness_check import ReadinessCheck
from engine.reports.readiness_marks import READINESS
from engine.reports.readiness_view import newest_view, readiness_view
from engine.reports.render import RendersComments, RendersReadiness
from engine.store import inspections
from engine.store.schema import jobs
from tests.readiness.report_sample import BASE_SHA, BLOCKING, SHA, a_finding, a_waiver, seen
from tests.reports.marks import versions
from tests.reports.project import NOON, Project
from tests.reports.readiness import LINKS, TODAY, asked, looked, step

SEEN = seen(a_finding("blocks", BLOCKING), a_finding("waived", BLOCKING, "x/é 😀.py"))
BASE = seen(a_finding("gone"), sha=BASE_SHA)
WAIVER = a_waiver("waived", until="2026-11-21")
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC).timestamp()


def an_inspection(project: Project) -> Inspection:
    """Of pull request 12, beside the commit that it is compared with."""
    looked(project, asked(project, BASE_SHA, 0, asked_by="", reported=False), BASE)
    return looked(project, asked(project), SEEN, WAIVER)


def told(project: Project, inspection: Inspection, today: date = TODAY) -> Report:
    """Its report on that day, as SQL has it."""
    with project.database.read() as connection:
        view = readiness_view(connection, inspections.known_by(connection, inspection.id), today)
    assert view is not None
    return view.report


def check(project: Project, inspection: Inspection, at: float = NOON) -> ReadinessCheck | None:
    """Its check run as it should be then."""
    with project.database.read() as connection:
        subject = Subject(f"readiness:7:{inspection.id}", 1, 7)
        return RendersReadiness(LINKS, lambda: at).render(connection, subject)


def comment(project: Project, at: float = NOON) -> str:
    """The pull request's comment as it should be then."""
    with project.database.read() as connection:
        found = RendersComments(LINKS, lambda: at).render(connection, Subject("comment:7:12", 1, 7))
    return found.body if found is not None else ""


def marked(project: Project) -> dict[str, int]:
    """How often each check run was marked."""
    with project.database.read() as connection:
        return versions(connection, READINESS)


def test_the_same_stored_facts_are_the_same_bytes_with_and_without_sql(project: Project) -> None:
    inspection = an_inspection(project)
    about = About("acme/shop", 12, SHA, "done", "Looked", inspection.finished_at)
    pure = report_json(report_of(SEEN, base=BASE, waivers=[WAIVER], today=TODAY, about=about))
    assert report_json(told(project, inspection)) == pure
    assert report_json(told(project, inspection)) == pure


def test_reading_a_report_starts_nothing(project: Project) -> None:
    inspection = an_inspection(project)
    before = marked(project)
    with project.database.read() as connection:
        jobs_before = connection.execute(select(jobs.c.id)).all()
    assert (check(project, inspection), comment(project)) == (check(project, inspection), comment(project))
    with project.database.read() as connection:
        assert connection.execute(select(jobs.c.id)).all() == jobs_before
    assert marked(project) == before


def test_a_waiver_holds_and_ends_by_the_clock_alone(project: Project) -> None:
    inspection = an_inspection(project)
    marks = marked(project)
    first = check(project, inspection)
    EndingWaivers(project.database, lambda: MIDNIGHT - 1).beat()
    assert marked(project) == marks
    for _ in range(2):
        EndingWaivers(project.database, lambda: MIDNIGHT).beat()
    key = f"readiness:7:{inspection.id}"
    assert marked(project) == marks | {key: marks[key] + 1}
    later = check(project, inspection, MIDNIGHT)
    assert first is not None
    assert later is not None
    assert (len(first.remarks), len(later.remarks)) == (1, 2)
    assert "The waiver of `waived` by `ada` ended on 2026-11-21." in comment(project, MIDNIGHT)


def test_two_waivers_that_end_one_after_the_other_turn_a_report_twice(project: Project) -> None:
    inspection = looked(project, asked(project), SEEN, WAIVER, a_waiver("blocks", until="2026-11-30"))
    assert (told(project, inspection).light, told(project, inspection, date(2026, 12, 1)).light) == (
        Light.GREEN,
        Light.RED,
    )
    key, marks = f"readiness:7:{inspection.id}", marked(project)
    for at in (MIDNIGHT, datetime(2026, 12, 1, tzinfo=UTC).timestamp(), datetime(2027, 1, 1, tzinfo=UTC).timestamp()):
        EndingWaivers(project.database, partial(float, at)).beat()
    assert marked(project)[key] == marks[key] + 2


def test_looked_at_again_it_goes_on_with_the_older_report_until_there_is_a_newer(project: Project) -> None:
    inspection = an_inspection(project)
    assert asked(project).id == inspection.id
    again = check(project, inspection)
    assert again is not None
    assert (again.run.conclusion, again.remarks) == (None, ())
    assert again.run.title == "Still looking. Not ready to ship: 1 finding blocks it, 1 waived"
    looked(project, inspection, replace(SEEN, findings=()))
    done = check(project, inspection)
    assert done is not None
    assert (done.run.conclusion, done.remarks) == ("success", ())


def test_the_newest_inspection_of_a_pull_request_is_told_of(project: Project) -> None:
    an_inspection(project)
    newer = asked(project, "c" * 40)
    step(project, newer, InspectionState.FAILED, "GitHub was away")
    with project.database.read() as connection:
        view = newest_view(connection, 7, 12, TODAY)
        nobody = newest_view(connection, 7, 13, TODAY)
    assert view is not None
    assert (view.inspection.id, view.report.light, nobody) == (newer.id, Light.UNKNOWN, None)
    assert "Looking ended early: GitHub was away." in comment(project)


def test_a_base_is_told_of_nowhere(project: Project) -> None:
    base = looked(project, asked(project, BASE_SHA, 0, asked_by="", reported=False), BASE)
    assert check(project, base) is None
    assert marked(project) == {}


def test_an_inspection_of_another_repository_is_not_shown(project: Project) -> None:
    inspection = an_inspection(project)
    with project.database.read() as connection:
        subject = Subject(f"readiness:8:{inspection.id}", 1, 8)
        assert RendersReadiness(LINKS).render(connection, subject) is None


def test_without_its_base_nothing_is_compared(project: Project) -> None:
    assert told(project, looked(project, asked(project), SEEN)).trend is None


def test_a_look_that_ended_early_is_not_the_moment_at_which_it_was_looked_at(project: Project) -> None:
    inspection = an_inspection(project)
    assert told(project, inspection).about.looked_at is not None
    step(project, inspection, InspectionState.FAILED, "GitHub was away")
    assert told(project, inspection).about.looked_at is None
