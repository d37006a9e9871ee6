"""Every rule documents itself, and its own examples prove it."""

import re
from pathlib import Path

import pytest

import engine.readiness.rules
from engine.project.readiness_file import RULE
from engine.readiness.finding import Severity
from engine.readiness.fixes.table import FIXES
from engine.readiness.judge import judge
from engine.readiness.rule import Broken, Kept, NotApplicable, Rule
from engine.readiness.rules.table import BY_ID, RULES
from tests.readiness.example_facts import facts_of_example

FOLDER = Path(engine.readiness.rules.__path__[0])
NOT_RULES = {"__init__.py", "table.py"}

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_every_file_of_the_folder_is_a_rule_of_the_table() -> None:
    files = {file.name for file in FOLDER.glob("*.py")} - NOT_RULES
    assert files == {f"{rule.id.replace('-', '_')}.py" for rule in RULES}


def test_no_two_rules_share_an_id() -> None:
    assert len(BY_ID) == len(RULES)


@every_rule
def test_its_id_may_stand_in_a_waiver(rule: Rule) -> None:
    assert re.fullmatch(RULE, rule.id)
    assert len(rule.id) <= 32


@every_rule
def test_it_says_what_why_and_how(rule: Rule) -> None:
    assert 0 < len(rule.title) <= 60
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix
    assert rule.link.startswith("https://")


@every_rule
def test_its_button_is_a_fix(rule: Rule) -> None:
    assert rule.button in {"", *(fix.name for fix in FIXES)}


@every_rule
def test_its_good_example_keeps_it(rule: Rule) -> None:
    assert isinstance(rule.check(facts_of_example(rule.good)), Kept | NotApplicable)


@every_rule
def test_its_bad_example_breaks_it_with_evidence(rule: Rule) -> None:
    facts = facts_of_example(rule.bad)
    verdict = rule.check(facts)
    assert isinstance(verdict, Broken)
    assert verdict.hits
    for hit in verdict.hits:
        text = facts.tree.read(hit.path) if hit.path else None
        assert not hit.path or text is not None, f"{hit.path} isn't in the repository"
        assert hit.line <= len((text or b"").splitlines())
        assert re.fullmatch(r"[^\n]*[.:!?)]", hit.message)


@every_rule
def test_its_findings_differ_from_one_another(rule: Rule) -> None:
    found = judge(facts_of_example(rule.bad), [rule]).findings
    keys = [(finding.path, finding.key) for finding in found]
    assert len(set(keys)) == len(keys)
    assert {finding.severity for finding in found} <= set(Severity)


@every_rule
def test_the_same_facts_are_the_same_findings(rule: Rule) -> None:
    assert judge(facts_of_example(rule.bad), [rule]) == judge(facts_of_example(rule.bad), [rule])
