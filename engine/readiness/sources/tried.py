"""What rules over builds and trials share: the trial or why there is none, and places that sentences name."""

import re
from dataclasses import dataclass

from engine.readiness.facts import Facts, Trial
from engine.readiness.rule import NotLooked

#: `… (app.py:3)` at the end of a sentence, as causes tell where something happened.
PLACED = re.compile(r"\((?P<path>[^():\s]+):(?P<line>\d+)\)\.?$")
#: Characters of what others wrote in a message.
LONGEST = 300
#: A trial in which all went well: the examples of rules differ from it in what they are about.
WELL = Trial(at=0.0, start_seconds=1.0, health_path="/", health_status=200, stop_code=0, stop_seconds=0.3)


@dataclass(frozen=True)
class Place:
    """A place in the repository; empty: none is known."""

    path: str = ""
    line: int = 0


def trial_of(facts: Facts) -> Trial | NotLooked:
    """The trial, if it got well and stayed so; else why it says nothing more."""
    if not isinstance(facts.trial, Trial):
        return NotLooked(facts.trial.why)
    if facts.trial.trouble:
        return NotLooked("it did not stay well when it was tried")
    return facts.trial


def place_in(facts: Facts, path: str, line: int) -> Place:
    """The place, if the repository has it."""
    data = facts.tree.read(path) if path else None
    if data is None:
        return Place()
    return Place(path, line if line <= len(data.splitlines()) else 0)


def named_place(facts: Facts, sentence: str) -> Place:
    """The place that a sentence ends with."""
    found = PLACED.search(sentence)
    return Place() if found is None else place_in(facts, found["path"], int(found["line"]))


def said(text: str) -> str:
    """What others wrote, as the end of a sentence of ours: one line, bounded, closed."""
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    return line if line.endswith((".", "!", "?", ":", ")")) else f"{line}."
