"""What a pull request's comment tells of readiness. Pure: a view comes in, Markdown goes out."""

from engine.readiness.finding import Severity
from engine.readiness.light import SIGNS
from engine.readiness.report import Report
from engine.reports import readiness_lists as lists
from engine.reports.escape import code, link, sentence
from engine.reports.links import Links
from engine.reports.readiness_view import ReadinessView
from engine.reports.readiness_words import counts, headline, many, scan_line, trend_line
from engine.reports.words import short

#: Lines of a list at most.
MOST_BLOCKING, MOST_OTHERS = 10, 15
SO_FAR = "This is what was seen so far."


def readiness_section(view: ReadinessView | None, head_sha: str, links: Links) -> list[str]:
    """The section's paragraphs; none where nobody asked. `head_sha`: the pull request's; empty: not known."""
    if view is None:
        return []
    report, page = view.report, links.readiness(view.repository.full_name, view.inspection.number)
    told = [f"### {SIGNS[report.light]} Readiness: {_lowered(headline(report))}", _state(report, head_sha)]
    if report.seen is not None:
        told += [lists.brief(report, Severity.BLOCKING, links, MOST_BLOCKING), _folded(report, links)]
        told += [
            lists.paths(report),
            _fold("How to deploy it there", lists.steps(report)),
            lists.fixes(report, "Press the button on the check"),
        ]
    return [each for each in [*told, link("The whole report", page)] if each]


def _state(report: Report, head_sha: str) -> str:
    about = report.about
    commit, moved = f"Commit {code(short(about.sha))}", head_sha not in ("", about.sha)
    told = [f"{commit}: {counts(report)}. {trend_line(report)}"] if report.seen is not None else []
    told += progress(report, commit)
    if moved:
        told.append(f"Commit {code(short(head_sha))} came since: comment `/readiness` to look at it.")
    elif about.state == "failed":
        told.append("Comment `/readiness` to look again.")
    return " ".join(each.strip() for each in told)


def progress(report: Report, commit: str) -> list[str]:
    """How far the look is while it goes on, and why it ended early; nothing once it is done. Sentences of Markdown."""
    before, message = report.seen is not None, sentence(report.about.message)
    match report.about.state:
        case "waiting" if before:
            return [f"It is about to be looked at again. {SO_FAR}"]
        case "looking" if before and message:
            return [f"{message} {SO_FAR}"]
        case "waiting" | "looking":
            return [f"{commit} is being looked at."]
        case "failed":
            return [f"Looking{' again' if before else ''} ended early: {message}"]
        case _:
            return []


def _folded(report: Report, links: Links) -> str:
    """All that doesn't block, behind one line that says how much it is."""
    parts = [
        *(lists.brief(report, weight, links, MOST_OTHERS) for weight in (Severity.WARNING, Severity.NOTE)),
        lists.waived(report, links, MOST_OTHERS),
        lists.stale_waivers(report, MOST_OTHERS),
        lists.unseen(report, MOST_OTHERS),
        scan_line(report),
        lists.passed(report),
    ]
    warnings, notes = len(report.of(Severity.WARNING)), len(report.of(Severity.NOTE))
    summary = [many(warnings, "warning", "warnings")] if warnings else []
    summary += [many(notes, "note", "notes")] if notes else []
    summary += [f"{len(report.waived)} waived"] if report.waived else []
    summary += [f"{len(report.unseen)} not looked at"] if report.unseen else []
    summary += [f"{len(report.passed)} kept"] if report.passed else []
    return _fold(", ".join(summary) or "More", "\n\n".join(part for part in parts if part))


def _fold(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>" if body else ""


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
