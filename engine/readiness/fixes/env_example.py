"""The `.env.example`: every variable that the code reads, by name, never with a value. Lines are only added."""

from engine.readiness.facts import Facts
from engine.readiness.fixes.appending import appended
from engine.readiness.fixes.fix import Change, Fix, NotFixable, Planned, Workshop
from engine.readiness.sources.application import in_repository
from engine.readiness.sources.environment_example import NAMES, example_paths, unshown

NAME = ".env.example"
BEGINNING = ("# What the code reads. Copy it to .env and fill it in there; no value belongs here.",)
#: How many names a sentence lists.
LISTED = 5


def lines_of(facts: Facts) -> tuple[str, ...]:
    """One line a variable; those that the code does without stay comments, since empty isn't absent."""
    return tuple(f"# {each.name}=" if each.has_default else f"{each.name}=" for each in unshown(facts))


def path_of(facts: Facts) -> str:
    """The example of this application that is there, else the one that will be."""
    own = {in_repository(facts, name) for name in NAMES} | set(NAMES)
    return next((path for path in example_paths(facts) if path in own), in_repository(facts, NAME))


def plan(facts: Facts) -> Planned | None:
    """What it would add."""
    names = [each.name for each in unshown(facts)]
    if not names:
        return None
    path = path_of(facts)
    named = ", ".join(f"`{name}`" for name in names[:LISTED])
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return Planned(f"Adds {named}{more} to `{path}`, without values.", (path,))


def make(facts: Facts, _workshop: Workshop) -> tuple[Change, ...]:
    """The example with what it lacked at its end."""
    lines, path = lines_of(facts), path_of(facts)
    if not lines:
        raise NotFixable(f"Adding to {path}: it shows all that the code reads.")
    content = facts.tree.read(path)
    return (Change(path, appended(content, lines if content else (*BEGINNING, *lines))),)


FIX = Fix(
    name="env-example",
    label="Add .env.example",
    title="Name the variables in .env.example",
    rules=("env-example",),
    plan=plan,
    make=make,
)
