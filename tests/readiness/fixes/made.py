"""A fix made of files: what it offers, what it writes, and what the rules say afterwards."""

from collections.abc import Mapping, Sequence

from engine.readiness.finding import Finding
from engine.readiness.fixes.fix import Fix
from engine.readiness.fixes.table import offers
from engine.readiness.inspected import FixOffer
from engine.readiness.judge import judge
from tests.readiness.example_facts import facts_of


class NoWorkshop:
    """For fixes that need no package manager."""

    def run(self, argv: Sequence[str], files: Mapping[str, bytes], wanted: str) -> bytes:
        raise AssertionError(f"{argv} ran")


def made(fix: Fix, files: Mapping[str, str]) -> dict[str, str]:
    """The files that it writes, whole."""
    changes = fix.make(facts_of(files), NoWorkshop())
    return {change.path: change.content.decode() for change in changes}


def offered(files: Mapping[str, str]) -> dict[str, FixOffer]:
    """What an inspection of these files offers, by name."""
    facts = facts_of(files)
    return {offer.name: offer for offer in offers(facts, judge(facts).findings)}


def findings(files: Mapping[str, str], rule: str) -> list[Finding]:
    """What a rule finds in these files."""
    return [finding for finding in judge(facts_of(files)).findings if finding.rule == rule]
