"""Readiness has its reporter, and the clock looks for waivers that ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.compose import deploy_beats_of, reporters_of
from engine.front import Front, open_front
from engine.reports.links import Links
from engine.reports.readiness_github import GitHubReadiness
from engine.reports.readiness_marks import READINESS
from engine.settings import read_settings
from tests.databases import furnish
from tests.readiness.report_sample import BLOCKING, a_finding, a_waiver, seen
from tests.reports.marks import versions
from tests.reports.project import Project
from tests.reports.readiness import asked, looked
from tests.reports_slack.test_composition import GITHUB


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """The front's parts over a database of its own."""
    found = open_front(read_settings(GITHUB | {"DATA_DIR": str(tmp_path)}))
    furnish(found.database)
    yield found
    found.clients.close()
    found.wakeups.close()
    found.database.close()


def test_an_inspections_check_run_has_its_reporter(front: Front) -> None:
    assert isinstance(reporters_of(front.clients, Links(front.settings))[READINESS], GitHubReadiness)


def test_the_clock_has_reports_shown_anew_whose_waivers_ended(front: Front) -> None:
    project = Project(front.database)
    ended = a_waiver("blocks", until="2026-11-22")
    inspection = looked(project, asked(project), seen(a_finding("blocks", BLOCKING)), ended)
    with front.database.read() as connection:
        before = versions(connection, READINESS)
    with front.database.write() as connection:
        connection.exec_driver_sql("UPDATE inspections SET turns_at = 1")
    deploy_beats_of(front)["drift"]()
    with front.database.read() as connection:
        assert versions(connection, READINESS)[f"readiness:7:{inspection.id}"] > before[f"readiness:7:{inspection.id}"]
