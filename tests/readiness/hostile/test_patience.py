"""Files that are written to keep a reader busy: one rule gives up, and no more than that."""

import re
import time
from collections.abc import Callable

import pytest

from engine.errors import StageFailed
from engine.readiness.facts import Facts
from engine.readiness.fixes.table import offers
from engine.readiness.judge import DEEP, SLOW, judge
from engine.readiness.looking import facts_of, look
from engine.readiness.patience import Patience, TooLong, at_most
from engine.readiness.rule import Kept, Rule, Verdict
from engine.readiness.rules.licence import RULE as LICENCE
from tests.readiness.example_facts import facts_of as example

#: Twice as long with each dash more.
ENDLESS = re.compile(r"(-|-)*x")


def for_ever(_facts: object = None, _findings: object = None) -> Verdict:
    ENDLESS.fullmatch("-" * 60)
    return Kept()


def too_deep(_facts: object = None, _findings: object = None) -> Verdict:
    return too_deep()


def rule(name: str, check: Callable[[Facts], Verdict]) -> Rule:
    return Rule(**{**vars(LICENCE), "id": name, "check": check})


def test_what_goes_on_for_ever_is_interrupted() -> None:
    with pytest.raises(TooLong), at_most(0.05):
        for_ever()


def test_what_ends_in_time_isnt() -> None:
    with at_most(0.05):
        pass
    began = time.process_time()
    while time.process_time() - began < 0.1:
        pass


@pytest.mark.parametrize(("check", "why"), [(for_ever, SLOW), (too_deep, DEEP)])
def test_a_rule_that_cant_end_was_not_looked_at(check: Callable[[Facts], Verdict], why: str) -> None:
    found = judge(example({}), [rule("one", check), rule("two", lambda _facts: Kept())], Patience(each=0.05))
    assert [(each.rule, each.why) for each in found.unseen] == [("one", why)]
    assert [each.rule for each in found.passed] == ["two"]


def test_all_rules_together_have_a_bound_too() -> None:
    slow = [rule(f"r{number}", for_ever) for number in range(20)]
    began = time.process_time()
    found = judge(example({}), slow, Patience(each=0.1, total=0.2, least=0.001))
    assert len(found.unseen) == 20
    assert time.process_time() - began < 1


def test_detection_that_cant_end_fails_the_look_in_words() -> None:
    deep = {"app.py": "from flask import Flask\napp = Flask(__name__)\nx = " + "lambda:" * 50_000 + "1"}
    assert facts_of(example(deep).tree).tree is not None
    with pytest.raises(StageFailed, match="take too long to read"):
        facts_of(example({}).tree, detecting=lambda _tree, _project: too_deep())  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("text", ["a" + ".a" * 20_000 + "=1", "[" + "a." * 20_000 + "a]", "a=" + "[" * 20_000])
def test_a_whole_look_at_such_a_file_comes_to_an_end(text: str) -> None:
    files = {
        "pyproject.toml": text,
        "uv.lock": text,
        "poetry.lock": text,
        "railway.toml": text,
        "app.py": "import flask",
    }
    facts = facts_of(example(files).tree)
    assert look("a" * 40, facts).sha == "a" * 40
    assert offers(facts, ()) == ()
