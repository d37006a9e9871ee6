"""The check run that tells whether a commit is ready to ship, with remarks at lines. Pure: a view in, a value out."""

from dataclasses import dataclass

from engine.commands.buttons import FIX
from engine.readiness.finding import Severity
from engine.readiness.light import SIGNS, Light
from engine.readiness.report import Report, Told
from engine.reports import readiness_lists as lists
from engine.reports.actions import MOST_ACTIONS, Action
from engine.reports.check_text import TITLE_LIMIT, CheckRun
from engine.reports.escape import CHECK_LIMIT, code, cut, link, plain
from engine.reports.links import Links
from engine.reports.readiness_section import progress
from engine.reports.readiness_view import ReadinessView
from engine.reports.readiness_words import counts, headline, scan_line, trend_line
from engine.reports.words import iso, short

CHECK_NAME = "Slipway readiness"
CONCLUSIONS: dict[Light, str] = {Light.RED: "failure", Light.YELLOW: "neutral", Light.GREEN: "success"}
#: What couldn't be looked at neither passes nor fails, and must not let anything pass.
NOT_KNOWN = "cancelled"
LEVELS: dict[Severity, str] = {
    Severity.BLOCKING: "failure",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
#: Findings of each weight in full; remarks on lines in all. The page has every one.
MOST_AT_LENGTH, MOST_REMARKS = 30, 1000
#: Characters of a remark's sentence.
LONGEST_REMARK = 1000
CUT = "\n\n… cut here: the whole report has it all."


@dataclass(frozen=True)
class Remark:
    """An annotation (https://docs.github.com/en/rest/checks/runs): what GitHub shows at a line of a file."""

    path: str
    line: int
    #: failure | warning | notice
    level: str
    title: str
    message: str


@dataclass(frozen=True)
class ReadinessCheck:
    """The check run and its remarks, which GitHub takes by the fifty and never forgets."""

    run: CheckRun
    #: None yet while it is being looked at: what it says at lines stays as it is until the end.
    remarks: tuple[Remark, ...]


def readiness_check_of(view: ReadinessView, links: Links) -> ReadinessCheck:
    """The check run that shows the inspection."""
    report, inspection = view.report, view.inspection
    conclusion = _conclusion(report)
    run = CheckRun(
        repository=view.repository,
        sha=inspection.sha,
        external_id=f"slipway:{view.instance}:readiness:{inspection.id}",
        conclusion=conclusion,
        title=plain(_title(report), TITLE_LIMIT),
        summary=cut(_summary(view, links), CHECK_LIMIT, CUT),
        text=cut(_text(report, links), CHECK_LIMIT, CUT),
        details_url=links.readiness(view.repository.full_name, inspection.number),
        started_at=iso(inspection.created_at),
        completed_at=iso(inspection.finished_at or inspection.created_at) if conclusion else "",
        location=None,
        message="",
        actions=_buttons(report),
        name=CHECK_NAME,
    )
    return ReadinessCheck(run, remarks_of(report) if conclusion else ())


def remarks_of(report: Report) -> tuple[Remark, ...]:
    """What is shown at lines: each finding that has a place and that nobody answers for, blocking ones first."""
    placed = [each for each in report.findings if each.waived is None and _sendable(each.finding.path)]
    return tuple(_remark(each) for each in placed[:MOST_REMARKS])


def _conclusion(report: Report) -> str | None:
    """None while it is being looked at."""
    if report.going_on:
        return None
    if report.about.state == "failed":
        return CONCLUSIONS[report.light] if report.light is Light.RED else NOT_KNOWN
    return CONCLUSIONS.get(report.light, NOT_KNOWN)


def _title(report: Report) -> str:
    if report.seen is None:
        return headline(report)
    told = f"{headline(report)}: {counts(report)}"
    if report.going_on:
        return f"Still looking. {told}"
    return f"Looking again ended early. {told}" if report.about.state == "failed" else told


def _summary(view: ReadinessView, links: Links) -> str:
    report = view.report
    told = [*progress(report, f"Commit {code(short(report.about.sha))}")]
    if report.about.state == "failed":
        told.append("Comment `/readiness` to look again.")
    if report.seen is not None:
        told += [f"## {SIGNS[report.light]} {headline(report)}", f"{counts(report)}. {trend_line(report)}".strip()]
        told.append(scan_line(report))
        told += [
            lists.at_length(report, Severity.BLOCKING, links, MOST_AT_LENGTH),
            lists.paths(report),
            lists.fixes(report, "Press a button above"),
        ]
    told.append(link("The whole report", links.readiness(view.repository.full_name, view.inspection.number)))
    return "\n\n".join(part for part in told if part)


def _text(report: Report, links: Links) -> str:
    if report.seen is None:
        return ""
    parts = [
        *(lists.at_length(report, weight, links, MOST_AT_LENGTH) for weight in (Severity.WARNING, Severity.NOTE)),
        lists.waived(report, links, MOST_AT_LENGTH),
        lists.stale_waivers(report, MOST_AT_LENGTH),
        lists.unseen(report, MOST_AT_LENGTH),
        lists.passed(report),
        f"### How to deploy it\n\n{lists.steps(report)}" if report.paths else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _buttons(report: Report) -> tuple[Action, ...]:
    """The fixes, where there is a branch to write them on."""
    if not report.about.number or report.going_on:
        return ()
    offers = report.fixes[:MOST_ACTIONS]
    return tuple(Action(each.label, "Commit it, or suggest it", f"{FIX}{each.name}") for each in offers)


def _remark(told: Told) -> Remark:
    advice = [told.rule.why, f"Fix: {told.rule.fix}" if told.rule.fix else ""]
    message = "\n\n".join([plain(told.finding.message, LONGEST_REMARK), *(each for each in advice if each)])
    return Remark(
        path=told.finding.path,
        line=max(1, told.finding.line),
        level=LEVELS[told.weight],
        title=plain(told.rule.title, TITLE_LIMIT),
        message=message or told.finding.rule,
    )


def _sendable(path: str) -> bool:
    """A name that isn't text can't be told to GitHub."""
    return bool(path) and not any("\ud800" <= each <= "\udfff" for each in path)
