"""All rules are asked, whatever one of them does."""

from dataclasses import replace

from engine.readiness.facts import Facts
from engine.readiness.judge import judge
from engine.readiness.rule import Kept, Verdict
from engine.readiness.rules.table import RULES
from tests.readiness.example_facts import facts_of


def stumbles(facts: Facts) -> Verdict:
    """A rule with a fault of its own."""
    raise RecursionError(f"{len(facts.tree.paths())} files were too many")


def test_a_rule_that_stumbles_is_never_taken_for_kept_and_the_others_go_on() -> None:
    rules = (replace(RULES[0], check=stumbles), replace(RULES[1], check=lambda _: Kept()))
    judged = judge(facts_of({"app.py": "x = 1\n"}), rules)
    assert [each.rule for each in judged.unseen] == [RULES[0].id]
    assert [each.rule for each in judged.passed] == [RULES[1].id]
    assert judged.findings == ()
