"""What an inspection may have seen, for tests of reports."""

from dataclasses import replace
from datetime import date
from typing import Any

from engine.readiness.facts import BuildFacts, NoTrial
from engine.readiness.finding import Finding, Severity
from engine.readiness.inspected import DeployPath, Fits, FixOffer, Inspected, Limit, Passed, PathFile, Unseen
from engine.readiness.waiver import Waiver
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart, ScanResult

SHA, BASE_SHA = "a" * 40, "b" * 40
BLOCKING, WARNING, NOTE = Severity.BLOCKING, Severity.WARNING, Severity.NOTE
CLEAN = ScanResult(tuple(ScanPart(name, PartState.CLEAN, "tool 1.0") for name in PartName))
AWAY = "OSV didn't answer in time"
INCONCLUSIVE = replace(
    CLEAN, parts=(*CLEAN.parts[:2], ScanPart(PartName.DEPENDENCIES, PartState.INCONCLUSIVE, "OSV", AWAY))
)


def a_finding(rule: str = "made-up", severity: Severity = WARNING, path: str = "app.py", line: int = 3) -> Finding:
    """A finding whose key is its path."""
    return Finding(rule, severity, f"It says `{rule}` here", path, line, key=path)


def a_path(verdict: Fits = Fits.FITS_AFTER) -> DeployPath:
    """A way to deploy it."""
    return DeployPath(
        name="railway",
        title="Railway",
        verdict=verdict,
        sentence="It needs a start command.",
        missing=("No file says how it is started.",),
        steps=("Write `Procfile` (below).", "Run `railway up`."),
        files=(PathFile("Procfile", "web: python app.py\n"),),
        price="about $5 a month (Hobby plan)",
        limits=(Limit("The Hobby plan is $5 a month.", "https://docs.railway.com/reference/pricing", "2026-11-21"),),
    )


def an_offer(name: str = "procfile") -> FixOffer:
    """A fix at hand."""
    return FixOffer(name, "Add Procfile", "Writes the start command.", ("Procfile",), ("made-up",))


def seen(*findings: Finding, **changes: Any) -> Inspected:
    """What was seen of a commit with these findings, and a scan that found nothing."""
    plain = Inspected(
        sha=SHA,
        runtime="python",
        framework="flask",
        evidence=("`requirements.txt` names Flask",),
        undetected="",
        findings=findings,
        passed=(Passed("kept-one"),),
        unseen=(Unseen("unseen-one", "no preview of this commit runs"),),
        paths=(a_path(),),
        fixes=(an_offer(),),
        scan=CLEAN,
        build=BuildFacts("bld_1", "ready", stages=(("source", 0.2), ("build", 3.25))),
        trial=NoTrial("no preview of this commit runs"),
    )
    return replace(plain, **changes)


def a_waiver(rule: str = "made-up", **changes: Any) -> Waiver:
    """Ada answers for it until the day after the tests'."""
    from_file = {"owner": "ada", "until": "2026-11-22", "reason": "It is mended next week."}
    return waiver_of(rule, **(from_file | changes))


def waiver_of(rule: str, *, until: str, **said: str) -> Waiver:
    """A waiver whose last day is written as in the file."""
    return Waiver(rule=rule, until=date.fromisoformat(until), **said)


def scanned(path: str, line: int = 1, name: str = "AWS Access Key") -> tuple[Finding, ScanFinding]:
    """A secret, as the scan found it and as the rule tells it."""
    key = f"{name}:{path}"
    told = Finding("no-secrets", BLOCKING, f"It looks like a secret ({name})", path, line, key=key)
    return told, ScanFinding(PartName.SECRETS, name, told.message, path, line, blocks=True, key=key)
