"""The one message about an inspection in a channel: what is read for it, and its words, which are pure."""

from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import ButtonElement
from sqlalchemy import Connection

from engine.domain.inspection import Inspection, InspectionState
from engine.readiness.finding import Severity
from engine.readiness.light import SIGNS
from engine.readiness.report import Report
from engine.reports.escape import code, link, text
from engine.reports.links import Links
from engine.reports.readiness_section import progress
from engine.reports.readiness_view import ReadinessView, readiness_view
from engine.reports.readiness_words import counts, finding_line, headline, path_line, trend_line
from engine.reports.slack_audience import READINESS
from engine.reports.slack_blocks import Words, button, leading, row, section, sections, words_of
from engine.reports.slack_subjects import Place
from engine.reports.words import short
from engine.slack import buttons
from engine.slack.buttons import Bound
from engine.slack.mrkdwn import for_slack, plain
from engine.store import inspections, pull_requests, timeline

#: Findings that are named, and fixes that have a button.
MOST_FINDINGS, MOST_FIXES = 5, 3


@dataclass(frozen=True)
class InspectionScene:
    """An inspection as one channel is told of it."""

    place: Place
    view: ReadinessView
    #: Unix seconds: when it was asked for first, and the last thing that happened to it.
    born: float
    at: float
    #: True once the pull request, or the default branch, has another commit.
    moved: bool = False
    #: It has no thread.
    parts: tuple[str, ...] = ()
    news: tuple[str, ...] = (READINESS,)

    @property
    def over(self) -> bool:
        """True once nothing more happens to it by itself."""
        return self.view.inspection.state.over

    @property
    def ended(self) -> float:
        """Unix seconds: when there was news of it last."""
        return self.at

    @property
    def failing(self) -> bool:
        """True when it could not be looked at."""
        return self.view.inspection.state is InspectionState.FAILED


def inspection_scene(connection: Connection, place: Place, today: date) -> InspectionScene | None:
    """The inspection as it stands; None when it isn't one of that repository's, or nobody is told of it."""
    found = inspections.by_id(connection, place.about)
    if found is None or found.repository_id != place.repository_id or not found.reported:
        return None
    view = readiness_view(connection, found, today)
    if view is None:
        return None
    life = [found.created_at, *(each.at for each in timeline.of(connection, found.id))]
    return InspectionScene(place, view, born=min(life), at=max(life), moved=_moved(connection, found))


def _moved(connection: Connection, inspection: Inspection) -> bool:
    known = pull_requests.by_number(connection, inspection.repository_id, inspection.number)
    newest = inspections.newest(connection, inspection.repository_id, inspection.number)
    heads = {known.head_sha} if known is not None else {newest.sha} if newest is not None else set()
    return bool(heads - {inspection.sha})


def inspection_root(scene: InspectionScene, links: Links) -> Words:
    """The one message in the channel."""
    report = scene.view.report
    told = section(for_slack(f"{_title(scene, links)}\n{_origin(scene)}"))
    lists = [sections([for_slack(line) for line in lines]) for lines in (_found(report, links), _paths(report))]
    rows = [block for buttons in _buttons(scene, links) for block in row(buttons)]
    return words_of(headline_of(scene), [told, *(block for blocks in lists for block in blocks), *rows])


def headline_of(scene: InspectionScene) -> str:
    """One line of plain words, for notifications."""
    inspection, report = scene.view.inspection, scene.view.report
    number = f" #{inspection.number}" if inspection.number else ""
    told = f": {counts(report)}" if report.seen is not None else ""
    return f"{plain(scene.view.repository.full_name, 200)}{number}: {headline(report).lower()}{told}"


def _title(scene: InspectionScene, links: Links) -> str:
    inspection, report = scene.view.inspection, scene.view.report
    name, app = scene.view.repository.full_name, links.settings.github
    number = f" #{inspection.number}" if inspection.number else ""
    if app is not None and inspection.number:
        number = f" {link(number.strip(), f'{app.web_url}/{name}/pull/{inspection.number}')}"
    return f"{SIGNS[report.light]} **{text(name)}**{number}: {headline(report).lower()}"


def _origin(scene: InspectionScene) -> str:
    inspection, report = scene.view.inspection, scene.view.report
    commit = f"Commit {code(short(inspection.sha))}"
    asked = f", asked for by {code(inspection.asked_by)}" if inspection.asked_by else ""
    told = [f"{commit}{asked}: {counts(report)}." if report.seen is not None else f"{commit}{asked}."]
    told += [trend_line(report)] if report.seen is not None and report.trend is not None else []
    told += progress(report, commit) if report.seen is not None or scene.failing else []
    return " ".join([*told, *(["A newer commit came since."] if scene.moved else [])])


def _found(report: Report, links: Links) -> list[str]:
    """The gravest findings, one Markdown line each."""
    grave = (*report.of(Severity.BLOCKING), *report.of(Severity.WARNING))
    lines = [f"- {finding_line(report, each, links)}" for each in grave[:MOST_FINDINGS]]
    left = len(grave) - len(lines)
    return [*lines, f"- … and {left} more in the report"] if left > 0 else lines


def _paths(report: Report) -> list[str]:
    return [f"- {path_line(each)}" for each in report.paths]


def _buttons(scene: InspectionScene, links: Links) -> list[list[ButtonElement]]:
    """The page, and the fixes as long as the commit is the newest and there is a branch to write them on.

    Each fix has a row of its own: Slack takes no two buttons of one name in one.
    """
    inspection, report = scene.view.inspection, scene.view.report
    page = leading("Open report", links.readiness(scene.view.repository.full_name, inspection.number))
    if not inspection.number or scene.moved or not scene.over:
        return [[page]]
    bound = [(each.label, Bound(inspection.id, inspection.sha, each.name)) for each in report.fixes[:MOST_FIXES]]
    first, *more = [[button(label, buttons.FIX, to)] for label, to in bound] or [[]]
    return [[page, *first], *more]
