"""The Procfile: how the application starts, as it was detected."""

import re
import shlex

from engine.detect.procfile import web_process
from engine.domain.plan import AppPlan
from engine.readiness.facts import Facts
from engine.readiness.fixes.appending import appended
from engine.readiness.fixes.fix import Change, Fix, NotFixable, Planned, Workshop
from engine.readiness.fixes.start_python import python_start
from engine.readiness.sources.application import application, in_repository

NAME = "Procfile"
#: Words that stay as they are, `$PORT` among them; others are quoted.
PLAIN = re.compile(r"(?:[\w./:=@%+,-]|\$PORT\b)+")
#: Folders that only Slipway has.
OURS = "$ENVIRONMENT/bin/"
#: Every host but Slipway's sandboxes reaches the application from elsewhere.
LOCAL, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - what a Procfile has to say


def line_of(plan: AppPlan) -> str | None:
    """The `web` line for this plan; None when another host could not read it so."""
    if plan.runtime not in ("python", "node") or not plan.start:
        return None
    words = [word.removeprefix(OURS).replace(LOCAL, EVERYWHERE) for word in plan.start]
    if words[0] == "python" and words[1:3] == ["-m", "flask"] and "FLASK_APP" in plan.environment:
        words = ["flask", "--app", plan.environment["FLASK_APP"], *words[3:]]
    if words[:2] == ["npm", "start"]:
        words = ["npm", "start"]
    if any("$ENVIRONMENT" in word or "\n" in word for word in words):
        return None
    folder = plan.environment.get("PYTHONPATH", "")
    given = [f"PYTHONPATH={folder}"] if folder else []
    return "web: " + " ".join(_quoted(word) for word in [*given, *words])


def _quoted(word: str) -> str:
    return word if PLAIN.fullmatch(word) else shlex.quote(word)


def written(facts: Facts) -> Change | None:
    """The Procfile with its line; None where the start is written down already, or nothing was detected."""
    tree = application(facts)
    if facts.project.start or web_process(tree) is not None:
        return None
    line = line_of(facts.plan) if facts.plan is not None and facts.plan.start else _undetected(facts)
    if line is None:
        return None
    return Change(in_repository(facts, NAME), appended(tree.read(NAME), [line]))


def _undetected(facts: Facts) -> str | None:
    command = python_start(facts)
    return None if command is None else f"web: {command}"


def plan(facts: Facts) -> Planned | None:
    """What it would write."""
    change = written(facts)
    if change is None:
        return None
    line = change.content.decode(errors="replace").splitlines()[-1]
    return Planned(f"Writes `{line}` to `{change.path}`.", (change.path,))


def make(facts: Facts, _workshop: Workshop) -> tuple[Change, ...]:
    """The Procfile as it is to be."""
    change = written(facts)
    if change is None:
        raise NotFixable("Writing the Procfile: how it starts is written down already, or nobody knows it.")
    return (change,)


FIX = Fix(
    name="procfile",
    label="Add Procfile",
    title="Say in a Procfile how it starts",
    rules=("start-command",),
    plan=plan,
    make=make,
)
