"""At rest it leaves room in memory."""

from dataclasses import replace

from engine.readiness.facts import Facts, NoTrial
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotLooked, Rule, Verdict
from engine.readiness.sources.tried import WELL

#: The part of the limit that may be used while nobody asks for anything.
AT_REST = 0.75


def check(facts: Facts) -> Verdict:
    """What the trial used after its questions; where there was no room for one, what the preview itself uses."""
    trial = facts.trial
    used, limit = trial.memory_mb, trial.memory_limit_mb
    if used is None or limit is None:
        return NotLooked(trial.why if isinstance(trial, NoTrial) else "the sandbox host can't say how much it uses")
    if used > AT_REST * limit:
        message = f"At rest it uses {used:.0f} MB of the {limit:.0f} MB that it has."
        return Broken((Hit(message, key="memory"),))
    return Kept()


RULE = Rule(
    id="memory-at-rest",
    title="At rest it leaves a quarter of its memory free",
    severity=Severity.WARNING,
    why="What is nearly full at rest is killed under load, and small plans of platforms have 512 MB.",
    fix="Start fewer workers, load less at the start, or run it with more memory (`PREVIEW_MEMORY_LIMIT_MB` here).",
    link="https://devcenter.heroku.com/articles/error-codes#r14-memory-quota-exceeded",
    check=check,
    good=Example(facts={"trial": replace(WELL, memory_mb=61.0, memory_limit_mb=512.0)}),
    bad=Example(facts={"trial": NoTrial("no room for a second start", memory_mb=430.0, memory_limit_mb=512.0)}),
    details=(
        "Looked at: what the sandbox uses more than before the trial, after its questions; where two of it don't fit "
        "into the sandbox, what the preview uses. Not looked at: memory under load."
    ),
)
