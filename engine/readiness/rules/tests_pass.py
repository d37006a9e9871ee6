"""Its own tests pass."""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.readiness.facts import Facts, TestsRun, Trial
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, NotLooked, Rule, Verdict
from engine.readiness.sources.application import in_repository
from engine.readiness.sources.tried import WELL, Place, place_in, said
from engine.readiness.trial.own_tests import WITHOUT

#: Pytest's word for a test that failed, and for the place where it did.
FAILED = re.compile(r"^(?:FAILED|ERROR) (?P<path>[^\s:]+)(?:::(?P<test>\S+))?")
AT = re.compile(r"(?:^|[\s(])(?P<path>[\w./@-]+\.(?:py|[cm]?[jt]sx?)):(?P<line>\d+)")


def check(facts: Facts) -> Verdict:
    """As they went in a copy of what the preview serves."""
    trial = facts.trial
    if not isinstance(trial, Trial):
        return NotLooked(trial.why)
    ran = trial.tests
    if ran is None:
        return NotApplicable() if trial.no_tests in WITHOUT else NotLooked(trial.no_tests or "they were not run")
    if ran.timed_out:
        return NotLooked(f"they were not done after {ran.took:.0f} s")
    if ran.exit_code == 0:
        return Kept()
    place, test = _where(facts, ran.tail)
    which = f" at {test}" if test else ""
    message = f"`{' '.join(ran.command)}` ended with {ran.exit_code}{which}"
    return Broken((Hit(said(message), place.path, place.line, key="tests"),))


def _where(facts: Facts, tail: Sequence[str]) -> tuple[Place, str]:
    """The first test that failed, and the line where it did, as far as its runner's last words tell."""
    told = (
        place_in(facts, in_repository(facts, found["path"]), int(found["line"]))
        for found in map(AT.search, tail)
        if found
    )
    places = [place for place in told if place.path]
    failed = next((found for line in tail if (found := FAILED.match(line))), None)
    if failed is None:
        return (places[0] if places else Place()), ""
    path = in_repository(facts, failed["path"])
    line = next((place.line for place in places if place.path == path), 0)
    return place_in(facts, path, line), failed["test"] or failed["path"]


def _tried(exit_code: int, *tail: str) -> Trial:
    return replace(WELL, tests=TestsRun(("python", "-m", "pytest", "-q", "-x"), exit_code, 1.5, tail=tail))


TESTS = {"tests/test_shop.py": "def test_sum():\n    assert 1 + 1 == 3\n"}

RULE = Rule(
    id="tests-pass",
    title="Its own tests pass",
    severity=Severity.BLOCKING,
    why="Its authors say by them what must work; what fails here fails from a clean checkout.",
    fix="Run the command that the finding names, and mend what it shows.",
    link="https://docs.pytest.org/en/stable/reference/exit-codes.html",
    check=check,
    good=Example(TESTS, {"trial": _tried(0, "1 passed in 0.01s")}),
    bad=Example(
        TESTS,
        {
            "trial": _tried(
                1, "tests/test_shop.py:2: AssertionError", "FAILED tests/test_shop.py::test_sum - assert 2 == 3"
            )
        },
    ),
    details=(
        "Looked at: `python -m pytest` or `npm test` in a copy of what the preview serves, at most two minutes, "
        "without variables and without a way out; only where the runner is installed with the application's "
        "dependencies. Tests that want a network, a service or a package that isn't there are listed as not looked at."
    ),
)
