"""A readiness report in lines for a terminal, without the control characters that people wrote. Pure."""

from collections.abc import Iterable, Iterator

import click

from engine.readiness.finding import Severity
from engine.readiness.inspected import DeployPath, Fits
from engine.readiness.light import LABELS, Light
from engine.readiness.report import Report, Told
from engine.store.log_text import cleaned

COLOURS = {Light.RED: "red", Light.YELLOW: "yellow", Light.GREEN: "green", Light.UNKNOWN: "white"}
WEIGHTS = {
    Severity.BLOCKING: ("Blocks", "red"),
    Severity.WARNING: ("Warns", "yellow"),
    Severity.NOTE: ("Notes", "cyan"),
}
VERDICTS = {Fits.FITS: ("✓", "green"), Fits.FITS_AFTER: ("~", "yellow"), Fits.DOES_NOT: ("✗", "red")}


def lines_of(report: Report) -> Iterator[str]:
    """Every line; colours are taken out again where there is no terminal."""
    yield from _head(report)
    for weight, (title, colour) in WEIGHTS.items():
        yield from _findings(title, colour, report.of(weight))
    yield from _waivers(report)
    yield from _unseen(report)
    yield from _paths(report.paths)
    yield from _fixes(report)


def _head(report: Report) -> Iterator[str]:
    yield click.style(f"● {LABELS[report.light]}", fg=COLOURS[report.light], bold=True)
    counts = [
        f"{len(report.of(Severity.BLOCKING))} blocking",
        f"{len(report.of(Severity.WARNING))} warning",
        f"{len(report.of(Severity.NOTE))} noted",
        f"{len(report.waived)} waived",
        f"{len(report.passed)} rules kept",
    ]
    what = [each for each in (report.seen.runtime, report.seen.framework) if each] if report.seen is not None else []
    kind = " · ".join(dict.fromkeys(what)) or "nothing recognised"
    yield shown(f"  {report.about.repository}: {kind}; {', '.join(counts)}")
    if report.seen is not None and report.seen.undetected:
        yield shown(f"  {report.seen.undetected}")


def _findings(title: str, colour: str, told: Iterable[Told]) -> Iterator[str]:
    explained: set[str] = set()
    for number, each in enumerate(told):
        if number == 0:
            yield ""
            yield click.style(title, fg=colour, bold=True)
        finding = each.finding
        place = f"{finding.path}:{finding.line}" if finding.path and finding.line else finding.path
        yield f"  {click.style(finding.rule, bold=True)}  {shown(place)}".rstrip()
        yield shown(f"    {finding.message}")
        if finding.rule not in explained:
            explained.add(finding.rule)
            yield from (
                shown(f"    {word}: {text}") for word, text in (("Why", each.rule.why), ("Fix", each.rule.fix)) if text
            )


def _waivers(report: Report) -> Iterator[str]:
    waived = [
        f"  {each.finding.rule}  {each.finding.path}: {waiver.owner} until {waiver.until}: {waiver.reason}"
        for each in report.waived
        if (waiver := each.waived) is not None
    ]
    yield from _listed("Waived", waived)
    ended = [f"  {each.rule}: {each.owner}'s waiver ended on {each.until}" for each in report.ended]
    unknown = [f"  {each.rule}: there is no such rule" for each in report.unknown]
    yield from _listed("Waivers in slipway.yml that hold for nothing", [*ended, *unknown])


def _unseen(report: Report) -> Iterator[str]:
    yield from _listed("Not looked at", [f"  {each.rule}: {each.why}" for each in report.unseen])


def _paths(paths: Iterable[DeployPath]) -> Iterator[str]:
    for number, path in enumerate(paths):
        if number == 0:
            yield ""
            yield click.style("Deploy it", bold=True)
        sign, colour = VERDICTS[path.verdict]
        yield click.style(f"  {sign} {path.title}", fg=colour) + shown(f"  {path.sentence}")
        yield from (shown(f"      first: {each}") for each in path.missing if path.verdict is Fits.FITS_AFTER)
        yield from (shown(f"      {place}. {step}") for place, step in enumerate(path.steps, start=1))
        for file in path.files:
            yield shown(f"      {file.path}:")
            yield from (shown(f"        | {line}") for line in file.content.splitlines())
        if path.price:
            yield shown(f"      {path.price}")
        if path.limits:
            yield f"      By {len(path.limits)} facts of its documentation, read on {path.limits[0].read} (see --json)."


def _fixes(report: Report) -> Iterator[str]:
    lines = [f"  {each.name}: {each.sentence}" for each in report.fixes]
    yield from _listed("What a button on a pull request writes (/fix NAME)", lines)


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield click.style(title, bold=True)
        yield from map(shown, lines)


def shown(text: str) -> str:
    """What others wrote, fit for any terminal."""
    return cleaned(" ".join(text.encode(errors="replace").decode().splitlines()))
