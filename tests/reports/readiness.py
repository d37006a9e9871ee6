"""Inspections as reports show them: views made of values, and inspections that the store keeps."""

from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain.inspection import Inspection, InspectionState
from engine.readiness.inspected import Inspected
from engine.readiness.report import About, report_of
from engine.readiness.waiver import Waiver, waivers_json
from engine.readiness.waiving import turns_at
from engine.reports.links import Links
from engine.reports.readiness_view import ReadinessView
from engine.settings import read_settings
from engine.store import inspections
from engine.store.inspections import Wanted
from engine.store.repositories import StoredRepository
from tests.readiness.report_sample import BASE_SHA, SHA
from tests.reports.project import NOON, Project

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))
SHOP = StoredRepository(7, 1, "acme/shop", "main", True, "https://github.example/acme/shop.git", True)
TODAY = date(2026, 11, 21)
DONE = Inspection(
    id="ins_1",
    installation_id=1,
    repository_id=7,
    number=12,
    sha=SHA,
    base_sha=BASE_SHA,
    state=InspectionState.DONE,
    status_message="",
    inspected="",
    waivers="",
    asked_by="ada",
    reported=True,
    created_at=NOON,
    finished_at=NOON + 9,
    turns_at=None,
)


def view_of(
    inspected: Inspected | None, base: Inspected | None = None, *waivers: Waiver, **changes: Any
) -> ReadinessView:
    """What there is to say of an inspection that saw this."""
    inspection = replace(DONE, **changes)
    about = About(
        "acme/shop", inspection.number, SHA, inspection.state, inspection.status_message, inspection.finished_at
    )
    report = report_of(inspected, base=base, waivers=waivers, today=TODAY, about=about)
    return ReadinessView("inst", SHOP, inspection, report)


def asked(project: Project, sha: str = SHA, number: int = 12, **changes: Any) -> Inspection:
    """Ada asks whether a commit is ready to ship."""
    wanted = Wanted(project.installation_id, project.repository.id, number, sha, "ada")
    with project.database.write() as connection:
        return inspections.ask(connection, replace(wanted, **changes), project.now())


def looked(project: Project, inspection: Inspection, inspected: Inspected, *waivers: Waiver) -> Inspection:
    """It was looked at, beside its base, and this was seen."""
    saw = {
        "inspected": inspected.json(),
        "waivers": waivers_json(waivers),
        "base_sha": BASE_SHA,
        "turns_at": turns_at(waivers, NOON),
    }
    with project.database.write() as connection:
        inspections.advance(connection, inspection.id, InspectionState.DONE, "Looked", project.now(), saw)
        return inspections.known_by(connection, inspection.id)


def step(project: Project, inspection: Inspection, state: InspectionState, message: str = "x") -> None:
    """It goes on."""
    with project.database.write() as connection:
        inspections.advance(connection, inspection.id, state, message, project.now())
