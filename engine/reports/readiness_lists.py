"""The lists of a readiness report, as Markdown: findings with why and how, what else was looked at, the three paths."""

from collections.abc import Sequence

from engine.readiness.finding import Severity
from engine.readiness.inspected import DeployPath
from engine.readiness.report import Report, Told
from engine.reports.escape import code, fence, sentence, text
from engine.reports.links import Links
from engine.reports.readiness_words import LONGEST_PATH, finding_line, fix_line, many, path_line, waiver_words

TITLES: dict[Severity, str] = {
    Severity.BLOCKING: "What blocks",
    Severity.WARNING: "Warnings",
    Severity.NOTE: "Notes",
}
#: Characters of why something wasn't looked at, and of a file that a platform needs.
LONGEST_WHY, LONGEST_FILE = 300, 3000
#: Characters of a step, in which names from the repository stand.
LONGEST_STEP = 1500


def shortened(lines: Sequence[str], most: int) -> list[str]:
    """So many of the lines, and how many there are beside them."""
    left = len(lines) - most
    return list(lines) if left <= 0 else [*lines[:most], f"- … and {left} more, which the whole report has"]


def brief(report: Report, weight: Severity, links: Links, most: int) -> str:
    """The findings that weigh so, one line each; empty: none."""
    found = [f"- {finding_line(report, each, links)}" for each in report.of(weight)]
    return "\n".join([f"**{TITLES[weight]}**", "", *shortened(found, most)]) if found else ""


def at_length(report: Report, weight: Severity, links: Links, most: int) -> str:
    """The same with why each matters and how to mend it. Findings of one rule share that."""
    found = report.of(weight)
    if not found:
        return ""
    told: list[str] = [f"### {TITLES[weight]}"]
    for each in by_rule(found[:most]):
        told += ["\n".join(f"- {finding_line(report, one, links)}" for one in each), _advice(each[0])]
    left = len(found) - most
    told += [f"… and {left} more, which the whole report has."] if left > 0 else []
    return "\n\n".join(each for each in told if each)


def waived(report: Report, links: Links, most: int) -> str:
    """What somebody answers for; empty: nothing."""
    found = [
        f"- {finding_line(report, each, links)} {waiver_words(each.waived)}"
        for each in report.waived
        if each.waived is not None
    ]
    return "\n".join(["**Waived**", "", *shortened(found, most)]) if found else ""


def stale_waivers(report: Report, most: int) -> str:
    """Waivers that hold nothing any more; empty: none."""
    found = [
        f"- The waiver of {code(each.rule)} by {code(each.owner)} ended on {each.until.isoformat()}."
        for each in report.ended
    ]
    found += [f"- There is no rule {code(each.rule)}, which {code(each.owner)} waives." for each in report.unknown]
    return "\n".join(["**Waivers in `slipway.yml` that hold nothing**", "", *shortened(found, most)]) if found else ""


def unseen(report: Report, most: int) -> str:
    """What couldn't be looked at, and why; empty: nothing."""
    why: dict[str, list[str]] = {}
    for each in report.unseen:
        why.setdefault(each.why, []).append(f"`{each.rule}`")
    found = [f"- {', '.join(rules)}: {sentence(each, LONGEST_WHY)}" for each, rules in why.items()]
    return "\n".join(["**Not looked at**, so not known", "", *shortened(found, most)]) if found else ""


def paths(report: Report) -> str:
    """Where it could run, in one line each; empty: nobody looked."""
    found = [f"- {path_line(each)}" for each in report.paths]
    return "\n".join(["**Where it could run**", "", *found]) if found else ""


def steps(report: Report) -> str:
    """For each path what is missing, what to do, and what it costs."""
    return "\n\n".join(_steps(each) for each in report.paths)


def passed(report: Report) -> str:
    """The rules that are kept; empty: none."""
    names = ", ".join(f"`{each.id}`" for each in report.passed)
    return f"**{many(len(report.passed), 'rule is', 'rules are')} kept:** {names}" if names else ""


def fixes(report: Report, otherwise: str) -> str:
    """What may be written, and `otherwise` than by a comment, how; empty: nothing, or there is no branch for it."""
    if not report.fixes or not report.about.number:
        return ""
    offers = "\n".join(f"- {fix_line(each)}" for each in report.fixes)
    return f"**Slipway can write these for you.** {otherwise}, or comment:\n\n{offers}"


def by_rule(found: Sequence[Told]) -> list[list[Told]]:
    """The findings of each rule together, which share why it matters and how it is mended."""
    groups: dict[str, list[Told]] = {}
    for each in found:
        groups.setdefault(each.finding.rule, []).append(each)
    return list(groups.values())


def _advice(told: Told) -> str:
    """Why it matters and how to mend it, as a quote, which shows that it belongs to what stands above."""
    said = [f"**Why:** {told.rule.why}"] if told.rule.why else []
    said += [f"**Fix:** {told.rule.fix}"] if told.rule.fix else []
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(said).split("\n")) if said else ""


def _steps(path: DeployPath) -> str:
    missing = "\n".join(f"- {sentence(each, LONGEST_PATH)}" for each in path.missing)
    numbered = "\n".join(f"{at}. {sentence(each, LONGEST_STEP)}" for at, each in enumerate(path.steps, 1))
    told = [
        f"**{text(path.title)}**",
        f"Missing:\n\n{missing}" if missing else "",
        numbered,
        *(f"{code(each.path)}:\n\n{fence(each.content.splitlines(), LONGEST_FILE)}" for each in path.files),
        f"Price: {sentence(path.price, LONGEST_PATH)}" if path.price else "",
    ]
    return "\n\n".join(each for each in told if each)
