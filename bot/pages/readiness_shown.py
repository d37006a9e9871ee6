"""A readiness report as its page shows it. Pure reads; nothing is started by looking."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.pages.tones import BAD, BUSY, GOOD, OFF
from engine.domain.inspection import Fix, FixWay
from engine.readiness.finding import Severity
from engine.readiness.light import Light
from engine.readiness.report import Report, RuleWords, Told
from engine.readiness.waiving import day_of
from engine.reports.links import Links, readiness_path
from engine.reports.readiness_lists import TITLES, by_rule
from engine.reports.readiness_view import newest_view, nothing_seen
from engine.reports.readiness_words import VERDICTS, counts, headline, trend_line
from engine.store import fixes, pull_requests
from engine.store.repositories import StoredRepository

#: Total over the lights (a test says so).
LIGHT_TONES: dict[Light, str] = {Light.RED: BAD, Light.YELLOW: BUSY, Light.GREEN: GOOD, Light.UNKNOWN: OFF}
WEIGHT_TONES: dict[Severity, str] = {Severity.BLOCKING: BAD, Severity.WARNING: BUSY, Severity.NOTE: OFF}
#: How many of the last fixes are shown.
FIXES = 3


@dataclass(frozen=True)
class Group:
    """Findings of one rule, which share why it matters and how it is mended."""

    rule: RuleWords
    findings: tuple[Told, ...]


@dataclass(frozen=True)
class Part:
    """The findings of one weight."""

    title: str
    tone: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class ShownFix:
    """A fix that somebody asked for: its sentence, and its patch where that is how it was made."""

    fix: Fix
    sentence: str
    patch: str


@dataclass(frozen=True)
class ShownReadiness:
    """Everything that the page says."""

    report: Report
    number: int
    #: Its path, without a slash at its end.
    path: str
    tone: str
    headline: str
    counts: str
    #: Markdown of ours.
    trend: str
    parts: tuple[Part, ...]
    #: The newer head of the pull request; empty: what was looked at is the head.
    newer: str
    fixes: tuple[ShownFix, ...]

    @property
    def over(self) -> bool:
        """True when nothing of it changes by itself."""
        return not self.report.going_on and not any(each.fix.finished_at is None for each in self.fixes)


def shown(connection: Connection, repository: StoredRepository, number: int) -> ShownReadiness:
    """The newest report of a pull request, or (0) of the default branch."""
    today = day_of(time.time())
    view = newest_view(connection, repository.id, number, today)
    report = view.report if view is not None else nothing_seen(repository.full_name, number, today)
    known = pull_requests.by_number(connection, repository.id, number) if number else None
    newer = known.head_sha if known is not None and report.about.sha not in ("", known.head_sha) else ""
    made = fixes.newest(connection, repository.id, number, FIXES) if number else []
    return ShownReadiness(
        report=report,
        number=number,
        path=readiness_path(repository.full_name, number),
        tone=BUSY if report.going_on and report.seen is None else LIGHT_TONES[report.light],
        headline=headline(report),
        counts=counts(report) if report.seen is not None else "",
        trend=trend_line(report),
        parts=tuple(_part(weight, report.of(weight)) for weight in Severity if report.of(weight)),
        newer=newer,
        fixes=tuple(_fix(each) for each in made),
    )


def verdict(fits: str) -> str:
    """Whether a platform takes it, in words."""
    return next(words for each, (_, words) in VERDICTS.items() if each == fits)


def place_address(links: Links, report: Report, told: Told) -> str:
    """Where GitHub shows the line; empty: nowhere."""
    if not told.finding.path or not report.about.sha:
        return ""
    return links.file(report.about.repository, report.about.sha, told.finding.path, told.finding.line)


def _part(weight: Severity, found: Sequence[Told]) -> Part:
    groups = (Group(each[0].rule, tuple(each)) for each in by_rule(found))
    return Part(TITLES[weight], WEIGHT_TONES[weight], tuple(groups))


def _fix(fix: Fix) -> ShownFix:
    """A patch stands behind its sentence in a fence of its own."""
    if fix.way is not FixWay.PATCH or "\n\n" not in fix.sentence:
        return ShownFix(fix, fix.sentence, "")
    said, _, fenced = fix.sentence.partition("\n\n")
    first, _, rest = fenced.partition("\n")
    ticks = first[: len(first) - len(first.lstrip("`"))]
    return ShownFix(fix, said, rest.removesuffix(ticks))
