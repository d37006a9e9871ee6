"""The `.gitignore`: what tools make and what holds secrets never gets committed. Lines are only added."""

import posixpath

from engine.readiness.facts import Facts
from engine.readiness.fixes.appending import appended
from engine.readiness.fixes.fix import Change, Fix, NotFixable, Planned, Workshop
from engine.readiness.sources.ignored import ENVIRONMENT, NAME, is_ignored, patterns_in, unignored


def missing(facts: Facts) -> tuple[str, ...]:
    """The patterns that are added, in their order: what this application needs, and `.env` where one is committed."""
    wanted = unignored(facts)
    if ENVIRONMENT in wanted or not any(posixpath.basename(path) == ENVIRONMENT for path in facts.tree.paths()):
        return wanted
    text = (facts.tree.read(NAME) or b"").decode(errors="replace")
    return wanted if is_ignored(ENVIRONMENT, patterns_in(text)) else (ENVIRONMENT, *wanted)


def plan(facts: Facts) -> Planned | None:
    """What it would add."""
    lines = missing(facts)
    if not lines:
        return None
    named = ", ".join(f"`{line}`" for line in lines)
    return Planned(f"Adds {named} to `{NAME}`; what is committed already stays.", (NAME,))


def make(facts: Facts, _workshop: Workshop) -> tuple[Change, ...]:
    """The `.gitignore` with what it lacked at its end."""
    lines = missing(facts)
    if not lines:
        raise NotFixable(f"Adding to {NAME}: it names all of it already.")
    return (Change(NAME, appended(facts.tree.read(NAME), lines)),)


FIX = Fix(
    name="gitignore",
    label="Add to .gitignore",
    title="Keep secrets and made files out of git",
    rules=("gitignore", "env-file-ignored"),
    plan=plan,
    make=make,
)
