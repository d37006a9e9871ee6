"""The answer to whoever asked whether a commit is ready to ship: how far the look is, then its light and counts."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from sqlalchemy import Connection

from engine.domain.inspection import InspectionState
from engine.readiness.light import SIGNS
from engine.readiness.waiving import day_of
from engine.reports.escape import code, link, sentence
from engine.reports.links import Links
from engine.reports.readiness_view import ReadinessView, readiness_view
from engine.reports.readiness_words import counts, headline
from engine.reports.view import Answer
from engine.reports.words import short
from engine.store import inspections


def with_look(connection: Connection, answer: Answer, today: date) -> Answer:
    """The same with the look that answers it, as it stands on that day (UTC); a fix is told by its own sentence."""
    ask = answer.ask
    found = inspections.by_id(connection, ask.inspection_id) if ask.inspection_id and not ask.fix_id else None
    return answer if found is None else replace(answer, look=readiness_view(connection, found, today))


def told_now(connection: Connection, inspection_id: str, links: Links, now: float) -> str:
    """The answer at that moment (Unix seconds); empty: the inspection isn't kept any more."""
    inspection = inspections.by_id(connection, inspection_id)
    view = readiness_view(connection, inspection, day_of(now)) if inspection is not None else None
    return inspection_answer(view, links) if view is not None else ""


def inspection_answer(view: ReadinessView, links: Links) -> str:
    """Markdown of ours."""
    inspection, report = view.inspection, view.report
    page = link("the whole report", links.readiness(view.repository.full_name, inspection.number))
    where = f"{view.repository.full_name}#{inspection.number}" if inspection.number else view.repository.full_name
    commit = f"commit {code(short(inspection.sha))} of {code(where)}"
    match inspection.state:
        case InspectionState.WAITING | InspectionState.LOOKING:
            return f"Slipway looks whether {commit} is ready to ship; {page} says what it found once it is done."
        case InspectionState.FAILED:
            return f"Looking at {commit} ended early: {sentence(inspection.status_message)} See {page}."
        case InspectionState.DONE:
            said = f"{SIGNS[report.light]} **{headline(report)}**, {commit}"
            return f"{said}: {counts(report)}. See {page}."
        case _:
            assert_never(inspection.state)
