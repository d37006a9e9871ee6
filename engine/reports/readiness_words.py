"""The words that every report shares for whether something is ready to ship. Markdown of ours, but where it says so."""

from typing import assert_never

from engine.readiness.finding import Finding, Severity
from engine.readiness.inspected import DeployPath, Fits, FixOffer
from engine.readiness.light import LABELS
from engine.readiness.report import Report, Told
from engine.readiness.waiver import Waiver
from engine.reports.escape import code, link, sentence, text
from engine.reports.links import Links
from engine.reports.words import short
from engine.scan.result import PartName, PartState, ScanPart

#: Characters of a finding's sentence, of what somebody gave as a reason, and of what a path says of itself.
LONGEST_MESSAGE, LONGEST_REASON, LONGEST_PATH = 600, 300, 400
#: What a path lacks, as far as its one line names it.
MOST_MISSING = 2

VERDICTS: dict[Fits, tuple[str, str]] = {
    Fits.FITS: ("✅", "fits"),
    Fits.FITS_AFTER: ("🔧", "fits after a change"),
    Fits.DOES_NOT: ("⛔", "doesn't fit"),
}
PARTS: dict[PartName, str] = {
    PartName.SECRETS: "secrets",
    PartName.CODE: "risky code",
    PartName.DEPENDENCIES: "vulnerable dependencies",
}
NOUNS: dict[Severity, tuple[str, str]] = {
    Severity.BLOCKING: ("finding blocks it", "findings block it"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.NOTE: ("note", "notes"),
}


def headline(report: Report) -> str:
    """Where it stands, in a few plain words."""
    if report.seen is not None:
        return LABELS[report.light]
    if report.going_on:
        return "Looking whether it is ready to ship"
    return "It could not be looked at" if report.about.state == "failed" else LABELS[report.light]


def many(count: int, one: str, several: str) -> str:
    """So many of something."""
    return f"{count} {one if count == 1 else several}"


def counts(report: Report) -> str:
    """How much of what was found, in plain words."""
    found = [(severity, len(report.of(severity))) for severity in Severity]
    told = [many(count, *NOUNS[severity]) for severity, count in found if count]
    told += [f"{len(report.waived)} waived"] if report.waived else []
    told += ["the scan could not say all"] if report.seen is not None and not _conclusive(report) else []
    return ", ".join(told) or "nothing speaks against it"


def trend_line(report: Report) -> str:
    """What changed against the base, as a sentence; empty: there is nothing to compare with."""
    trend = report.trend
    if trend is None:
        return ""
    told = [f"{len(trend.added)} new"] if trend.added else []
    told += [f"{len(trend.mended)} mended"] if trend.mended else []
    told += [f"{trend.same} as before"] if trend.same else []
    said = ", ".join(told) if trend.added or trend.mended else "nothing changed"
    return f"Against the base, commit {code(short(trend.base_sha))}: {said}."


def place(report: Report, finding: Finding, links: Links) -> str:
    """Where a finding is, as a link to that line of that commit; empty: about the application as a whole."""
    if not finding.path:
        return ""
    named = code(f"{finding.path}:{finding.line}" if finding.line else finding.path)
    address = links.file(report.about.repository, report.about.sha, finding.path, finding.line)
    return link(named, address) if address and named else named


def finding_line(report: Report, told: Told, links: Links) -> str:
    """A finding in one line: where, what, and by which rule."""
    at = place(report, told.finding, links)
    said = sentence(told.finding.message, LONGEST_MESSAGE)
    return " ".join(part for part in (at, said, f"({_of_rule(told)})") if part)


def waiver_words(waiver: Waiver) -> str:
    """Who answers for it, until when, and why."""
    reason = sentence(waiver.reason, LONGEST_REASON)
    return f"Waived by {code(waiver.owner)} until {waiver.until.isoformat()}: {reason}"


def scan_line(report: Report) -> str:
    """How each part of the scan went."""
    if report.scan is None:
        return "**Security scan:** nobody scanned this commit."
    told = [f"{PARTS[part.name]} {_part(part)}" for part in report.scan.parts]
    return f"**Security scan:** {'; '.join(told)}."


def path_line(path: DeployPath) -> str:
    """How a platform takes it, and what it lacks for that, in one line."""
    sign, _ = VERDICTS[path.verdict]
    told = [path.sentence, *path.missing[:MOST_MISSING]]
    left = len(path.missing) - MOST_MISSING
    said = " ".join(sentence(each, LONGEST_PATH) for each in told)
    return f"{sign} **{text(path.title)}**: {said}{f' … and {left} more' if left > 0 else ''}"


def fix_line(offer: FixOffer) -> str:
    """The command that makes a fix, and what that writes."""
    return f"`/fix {offer.name}`: {sentence(offer.sentence, LONGEST_PATH)}"


def _part(part: ScanPart) -> str:
    why = sentence(part.why, LONGEST_REASON).rstrip(".")
    because = f" ({why})" if why else ""
    match part.state:
        case PartState.CLEAN if not part.why:
            return "✅ nothing found"
        case PartState.FOUND:
            return f"⚠️ something found{because}"
        case PartState.NOTHING if not part.why:
            return "nothing to look at"
        case PartState.CLEAN | PartState.NOTHING | PartState.INCONCLUSIVE:
            return f"❔ inconclusive{because}"
        case _:
            assert_never(part.state)


def _of_rule(told: Told) -> str:
    named = f"`{told.rule.id}`"
    if told.rule.link:
        named = link(named, told.rule.link)
    return f"{named}, new here" if told.new else f"{named}, there before" if told.before else named


def _conclusive(report: Report) -> bool:
    return report.scan is not None and not report.scan.inconclusive
