"""Everything that was seen of one commit, as it is stored. The report is made of this and starts nothing."""

import json
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from engine.readiness.facts import BuildFacts, NoTrial, Trial
from engine.readiness.finding import Finding
from engine.scan.result import ScanResult


class Fits(StrEnum):
    """Whether a platform takes the application."""

    FITS = "fits"
    FITS_AFTER = "fits_after"
    DOES_NOT = "does_not"


@dataclass(frozen=True)
class Limit:
    """A platform's documented limit or price, and who says so."""

    text: str
    #: An address of the platform's own documentation.
    source: str
    #: The date at which it was read there, such as `2026-11-21`.
    read: str


@dataclass(frozen=True)
class PathFile:
    """A file that a platform needs and the repository hasn't got."""

    path: str
    content: str


@dataclass(frozen=True)
class DeployPath:
    """One of the three ways to deploy it."""

    #: `vercel`, `railway`, `aws`
    name: str
    title: str
    verdict: Fits
    #: One sentence.
    sentence: str
    #: What stands in the way, or has to be changed first: one sentence each.
    missing: tuple[str, ...]
    #: Exactly what to do, in order: one sentence each.
    steps: tuple[str, ...]
    files: tuple[PathFile, ...]
    #: What it would cost, in words with its assumptions, such as "about $5 a month (Hobby plan; …)".
    price: str
    #: What this answer rests on.
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Passed:
    """A rule that applies and is kept."""

    rule: str


@dataclass(frozen=True)
class Unseen:
    """A rule that couldn't be looked at, and why."""

    rule: str
    why: str


@dataclass(frozen=True)
class FixOffer:
    """A fix that a button can make."""

    #: `procfile`, `env-example`, `lock-file`, `health-route`, `gitignore`
    name: str
    #: What the button says, at most 20 characters.
    label: str
    #: What it writes, in one sentence.
    sentence: str
    #: The files that it writes.
    paths: tuple[str, ...]
    #: The rules that it mends.
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Inspected:
    """What an inspection saw."""

    sha: str
    runtime: str
    framework: str
    #: How it is recognised, one short sentence each.
    evidence: tuple[str, ...]
    #: Why nothing was recognised; empty: something was.
    undetected: str
    #: In the order in which they are told, before waivers.
    findings: tuple[Finding, ...]
    passed: tuple[Passed, ...]
    unseen: tuple[Unseen, ...]
    paths: tuple[DeployPath, ...]
    fixes: tuple[FixOffer, ...]
    scan: ScanResult | None
    build: BuildFacts | None
    trial: Trial | NoTrial

    def json(self) -> str:
        """As it is stored: the same facts are the same text. What is half a character counts as a question mark."""
        told = json.dumps(ADAPTER.dump_python(self, mode="json"), sort_keys=True, ensure_ascii=False)
        return told.encode(errors="replace").decode()

    @staticmethod
    def from_json(text: str) -> "Inspected":
        """What `json` wrote."""
        return ADAPTER.validate_json(text)


ADAPTER: TypeAdapter[Inspected] = TypeAdapter(Inspected)
