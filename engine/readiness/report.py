"""The report: what was seen of a commit, weighed against its base, the waivers and the day. Pure, and always the same
for the same facts: no clock, nothing is asked, nothing is started.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from engine.readiness.facts import BuildFacts, NoTrial, Trial
from engine.readiness.finding import WEIGHT, Finding, Severity, told_first
from engine.readiness.inspected import DeployPath, FixOffer, Inspected, Unseen
from engine.readiness.light import Light, light_of
from engine.readiness.rule import Rule
from engine.readiness.rules.table import BY_ID
from engine.readiness.trend import Trend, there_before, trend_of
from engine.readiness.waiver import Waiver
from engine.readiness.waiving import holds, waiver_for
from engine.scan.result import ScanResult

#: The rules of which only what is new blocks: what the base has too is a warning.
SCAN_RULES = frozenset({"no-secrets", "no-risky-code", "no-vulnerable-dependencies"})


@dataclass(frozen=True)
class About:
    """What a report is of, and how far the look is."""

    #: `acme/shop`, or a folder's name.
    repository: str
    #: The pull request; 0: the commit by itself.
    number: int = 0
    #: Empty: no commit, such as of a folder.
    sha: str = ""
    #: `waiting`, `looking`, `done`, `failed`; empty: nobody asked yet.
    state: str = ""
    #: Why it could not be looked at, or how far it is.
    message: str = ""
    #: Unix seconds: when it was looked at; None: it wasn't, or that is no matter.
    looked_at: float | None = None


@dataclass(frozen=True)
class RuleWords:
    """What a rule says of itself. All but `title` is empty for one that this version no longer has."""

    id: str
    title: str
    why: str = ""
    #: Markdown of ours.
    fix: str = ""
    link: str = ""


@dataclass(frozen=True)
class Told:
    """A finding as it is told."""

    finding: Finding
    rule: RuleWords
    #: What it weighs here: a scan's finding that the base has too is a warning at most.
    weight: Severity
    #: Who answers for it; it doesn't colour the light then.
    waived: Waiver | None
    #: The base has it too.
    before: bool
    #: The base was asked the same, and hasn't got it.
    new: bool


@dataclass(frozen=True)
class Report:
    """All that there is to say about whether a commit is ready to ship."""

    about: About
    light: Light
    #: In the order in which they are told: blocking ones first, waived ones last.
    findings: tuple[Told, ...]
    #: Rules that are kept.
    passed: tuple[RuleWords, ...]
    #: Rules that couldn't be looked at, and why: never taken for kept.
    unseen: tuple[Unseen, ...]
    #: None: there is nothing to compare with.
    trend: Trend | None
    #: Waivers whose last day is over, and of the others those of rules that there aren't.
    ended: tuple[Waiver, ...]
    unknown: tuple[Waiver, ...]
    paths: tuple[DeployPath, ...]
    fixes: tuple[FixOffer, ...]
    #: What was seen; None: nothing yet.
    seen: Inspected | None

    @property
    def scan(self) -> ScanResult | None:
        """The scan; None: nobody scanned."""
        return self.seen.scan if self.seen is not None else None

    @property
    def build(self) -> BuildFacts | None:
        """The newest build that was over; None: it wasn't built."""
        return self.seen.build if self.seen is not None else None

    @property
    def trial(self) -> Trial | NoTrial:
        """What was tried on the preview."""
        return self.seen.trial if self.seen is not None else NoTrial("nobody has looked yet")

    @property
    def waived(self) -> tuple[Told, ...]:
        """What somebody answers for."""
        return tuple(each for each in self.findings if each.waived is not None)

    @property
    def going_on(self) -> bool:
        """True while it is being looked at, also when there is something from before."""
        return self.about.state in ("waiting", "looking")

    def of(self, weight: Severity) -> tuple[Told, ...]:
        """What weighs so and isn't waived."""
        return tuple(each for each in self.findings if each.weight is weight and each.waived is None)


def report_of(
    inspected: Inspected | None,
    *,
    base: Inspected | None = None,
    waivers: Iterable[Waiver] = (),
    today: date,
    about: About,
) -> Report:
    """The report. `inspected` None: nothing was seen yet. `today` is the day in UTC on which waivers count."""
    every = tuple(waivers)
    told = _told(inspected, base, every, today) if inspected is not None else ()
    return Report(
        about=about,
        light=_light(inspected, told),
        findings=tuple(sorted(told, key=_order)),
        passed=tuple(rule_words(each.rule) for each in inspected.passed) if inspected is not None else (),
        unseen=inspected.unseen if inspected is not None else (),
        trend=trend_of(inspected, base) if inspected is not None and base is not None else None,
        ended=tuple(each for each in every if not holds(each, today)),
        unknown=tuple(each for each in every if holds(each, today) and each.rule not in BY_ID),
        paths=inspected.paths if inspected is not None else (),
        fixes=inspected.fixes if inspected is not None else (),
        seen=inspected,
    )


def rule_words(rule_id: str) -> RuleWords:
    """What the rule of that id says of itself."""
    rule: Rule | None = BY_ID.get(rule_id)
    if rule is None:
        return RuleWords(rule_id, rule_id)
    return RuleWords(rule.id, rule.title, rule.why, rule.fix, rule.link)


def names_in(scan: ScanResult | None) -> Callable[[Finding], Collection[str]]:
    """Tells what a waiver's `id` may call a finding: its key, and what the scan's tool calls it."""
    ids: dict[str, set[str]] = {}
    for each in scan.findings if scan is not None else ():
        ids.setdefault(each.key, set()).add(each.id)
    return lambda finding: {finding.key, *ids.get(finding.key, ())} - {""}


def _told(inspected: Inspected, base: Inspected | None, waivers: tuple[Waiver, ...], today: date) -> tuple[Told, ...]:
    known = there_before(inspected.findings, base.findings if base is not None else ())
    silent = {each.rule for each in base.unseen} if base is not None else {each.rule for each in inspected.findings}
    names_of = names_in(inspected.scan)
    return tuple(
        Told(
            finding=each,
            rule=rule_words(each.rule),
            weight=_weight(each, before=before),
            waived=waiver_for(waivers, today, each.rule, each.path, names_of(each)),
            before=before,
            new=not before and each.rule not in silent,
        )
        for each, before in zip(inspected.findings, known, strict=True)
    )


def _weight(finding: Finding, *, before: bool) -> Severity:
    if before and finding.rule in SCAN_RULES and finding.severity is Severity.BLOCKING:
        return Severity.WARNING
    return finding.severity


def _light(inspected: Inspected | None, told: Iterable[Told]) -> Light:
    if inspected is None:
        return Light.UNKNOWN
    conclusive = inspected.scan is not None and not inspected.scan.inconclusive
    return light_of((each.weight for each in told if each.waived is None), conclusive=conclusive)


def _order(told: Told) -> tuple[object, ...]:
    return told.waived is not None, WEIGHT[told.weight], told_first(told.finding)
