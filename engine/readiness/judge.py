"""Asks every rule about the facts of a commit. Pure: the same facts are the same findings in the same order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import structlog

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding, told_first
from engine.readiness.inspected import Passed, Unseen
from engine.readiness.patience import Patience, TooLong
from engine.readiness.rule import Broken, Hit, Kept, NotApplicable, NotLooked, Rule, Verdict
from engine.readiness.rules.table import RULES
from engine.work.edge import Crashed, guarded

#: Places of one rule that are told one by one.
MOST = 300
SLOW = "its files take too long to read"
DEEP = "its files are nested too deeply to be read"

#: Characters of a sentence that are kept, and what may be a secret in one: who signs in somewhere, what is assigned.
LONGEST = 2000
SIGNED_IN = re.compile(r"://[^\s/@]+@")
ASSIGNED = re.compile(r"(?i)([\w-]*(?:secret|token|passw|pwd|key|credential)[\w-]*=)(?!=)\S+")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Judged:
    """What the rules say."""

    findings: tuple[Finding, ...]
    passed: tuple[Passed, ...]
    unseen: tuple[Unseen, ...]


def judge(facts: Facts, rules: Sequence[Rule] = RULES, patience: Patience | None = None) -> Judged:
    """Every rule's word; what doesn't apply isn't in it."""
    patience = patience or Patience()
    findings: list[Finding] = []
    passed: list[Passed] = []
    unseen: list[Unseen] = []
    for rule in rules:
        verdict = _verdict(rule, facts, patience)
        match verdict:
            case Broken(hits):
                findings += _findings(rule, hits)
            case Kept():
                passed.append(Passed(rule.id))
            case NotLooked(why):
                unseen.append(Unseen(rule.id, why))
            case NotApplicable():
                pass
            case _:
                assert_never(verdict)
    return Judged(tuple(sorted(findings, key=told_first)), tuple(passed), tuple(unseen))


def _verdict(rule: Rule, facts: Facts, patience: Patience) -> Verdict:
    """A rule that stumbles over what somebody wrote is told of, and the others go on."""
    verdict = guarded(lambda: patience.question(lambda: rule.check(facts)))
    if not isinstance(verdict, Crashed):
        return verdict
    if isinstance(verdict.error, TooLong):
        return NotLooked(SLOW)
    if isinstance(verdict.error, RecursionError | MemoryError):
        return NotLooked(DEEP)
    if not isinstance(verdict.error, Exception):
        raise verdict.error
    log.error("readiness.rule_crashed", rule=rule.id, error=type(verdict.error).__name__)
    return NotLooked("the rule stumbled over these files; whoever runs Slipway finds more in its log")


def _findings(rule: Rule, hits: Sequence[Hit]) -> list[Finding]:
    """The gravest of them: thousands help nobody, and stand in the way of all that shows them."""
    found = sorted((_finding(rule, hit) for hit in hits), key=told_first)
    left = found[MOST:]
    if not left:
        return found
    more = f"There are {len(left)} more such places, which aren't told one by one."
    return [*found[:MOST], Finding(rule.id, left[0].severity, more, key="more")]


def _finding(rule: Rule, hit: Hit) -> Finding:
    return Finding(
        rule=rule.id,
        severity=hit.severity or rule.severity,
        message=_told(hit.message),
        path=hit.path,
        line=hit.line,
        key=_told(hit.key or hit.path),
        fix=rule.button if hit.fix is None else hit.fix,
    )


def _told(words: str) -> str:
    """What others wrote may hold what nobody else should read."""
    return ASSIGNED.sub(r"\1…", SIGNED_IN.sub("://…@", words[:LONGEST]))
