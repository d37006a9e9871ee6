"""A route for health probes, in plain, recognised forms of Flask, FastAPI and Express applications."""

from engine.readiness.facts import Facts
from engine.readiness.fixes.fix import Change, Fix, NotFixable, Planned, Workshop
from engine.readiness.fixes.health_express import express_route
from engine.readiness.fixes.health_python import python_route
from engine.readiness.sources.application import application, in_repository

ROUTE = "/health"


def written(facts: Facts) -> Change | None:
    """The file with its route; None where the application's form isn't plain, or one may be there already."""
    tree = application(facts)
    found = python_route(tree) or express_route(tree)
    return None if found is None else Change(in_repository(facts, found.path), found.content)


def plan(facts: Facts) -> Planned | None:
    """What it would add."""
    change = written(facts)
    if change is None:
        return None
    return Planned(f"Adds the route `GET {ROUTE}` to `{change.path}`.", (change.path,))


def make(facts: Facts, _workshop: Workshop) -> tuple[Change, ...]:
    """The application's file with the route behind the line that makes the application."""
    change = written(facts)
    if change is None:
        raise NotFixable("Adding a health route: where the application is made isn't one plain line. Add it by hand.")
    return (change,)


FIX = Fix(
    name="health-route",
    label="Add health route",
    title="Answer health probes at /health",
    rules=("health-route",),
    plan=plan,
    make=make,
)
