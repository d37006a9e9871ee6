"""Its log tells of no errors."""

import re
from dataclasses import replace

from engine.readiness.facts import Facts, LogError, Trial
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, NotLooked, Rule, Verdict, broken_by
from engine.readiness.sources.tried import WELL, place_in, said

#: What differs each time that the same error is told.
VARYING = re.compile(r"0x[0-9a-f]+|\d+")


def check(facts: Facts) -> Verdict:
    """What the trial said until it was told to stop; one that never got well is another rule's."""
    trial = facts.trial
    if not isinstance(trial, Trial):
        return NotLooked(trial.why)
    if trial.trouble and not trial.errors:
        return NotApplicable()
    found: dict[tuple[str, str], Hit] = {}
    for error in trial.errors:
        place = place_in(facts, error.path, error.line)
        key = VARYING.sub("0", error.text)[:120]
        found.setdefault((place.path, key), Hit(said(f"Its log says: {error.text}"), place.path, place.line, key=key))
    return broken_by(list(found.values()))


RULE = Rule(
    id="log-clean",
    title="Its log tells of no errors",
    severity=Severity.WARNING,
    why="An error at the start, or for a plain GET, is one that every visitor may meet.",
    fix="Mend the error, or log what is expected at a lower level.",
    link="https://12factor.net/logs",
    check=check,
    good=Example(facts={"trial": WELL}),
    bad=Example(
        {"app.py": "from flask import Flask\napp = Flask(__name__)\nprint(1 / 0)\n"},
        {"trial": replace(WELL, errors=(LogError("ZeroDivisionError: division by zero", "app.py", 3),))},
    ),
    details=(
        "Looked at: tracebacks, uncaught errors and lines of the levels ERROR, CRITICAL and FATAL that the trial wrote "
        "until it was told to stop, each once, at most twenty. Values of variables are hidden in them."
    ),
)
