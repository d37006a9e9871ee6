"""What buttons and commands may rely on of every fix."""

import re

import pytest

from engine.commands.table import FIXES as FIXES_TO_TYPE
from engine.readiness.fixes.fix import Fix
from engine.readiness.fixes.message import address_of, mark_of, message_of
from engine.readiness.fixes.table import FIXES, NAMES
from engine.readiness.rules.table import RULES
from tests.readiness.fixes.made import made, offered
from tests.readiness.fixes.stored import a_stored_fix


@pytest.mark.parametrize("fix", FIXES, ids=NAMES)
def test_names_fit_where_they_are_shown(fix: Fix) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", fix.name)
    assert len(f"fix:{fix.name}") <= 20
    assert 0 < len(fix.label) <= 20
    assert 0 < len(fix.title) <= 40


def test_the_command_names_the_same_fixes() -> None:
    assert set(FIXES_TO_TYPE) == set(NAMES)


def test_every_button_of_a_rule_is_a_fix_and_mends_that_rule() -> None:
    by_name = {fix.name: fix for fix in FIXES}
    for rule in RULES:
        if rule.button:
            assert rule.id in by_name[rule.button].rules


def test_the_fix_of_what_weighs_most_is_offered_first() -> None:
    files = {
        "requirements.txt": "flask==3.1.2\n",
        "app.py": "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home(): return 'x'\n",
    }
    assert list(offered(files)) == ["lock-file", "procfile", "gitignore", "health-route"]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.button], ids=lambda rule: rule.id)
def test_the_bad_example_of_a_rule_with_a_button_gets_no_worse(rule: object) -> None:
    files = dict(getattr(rule, "bad").files)  # noqa: B009 - the parameter's type is everybody's
    for offer in offered(files).values():
        fix = next(each for each in FIXES if each.name == offer.name)
        if fix.name != "lock-file":
            assert set(made(fix, files)) == set(offer.paths)


def test_the_message_names_the_asker_as_coauthor_and_can_be_found_again() -> None:
    stored = a_stored_fix(id="fix_12", login="octo", account=7)
    lines = message_of(FIXES[0], stored, "https://github.com").split("\n")
    assert lines[0] == FIXES[0].title
    assert lines[-2:] == [mark_of("fix_12"), "Co-authored-by: octo <7+octo@users.noreply.github.com>"]
    assert lines[-3] == ""


def test_what_is_no_login_adds_nothing_to_the_message() -> None:
    message = message_of(FIXES[0], a_stored_fix(login="a>\nSlipway-Fix: fix_other"), "https://github.com")
    assert "fix_other" not in message
    assert "Co-authored-by" not in message


def test_addresses_follow_the_host() -> None:
    assert address_of("octo", 0, "https://github.com") == "octo@users.noreply.github.com"
    assert address_of("octo", 7, "https://git.example:8443/x") == "7+octo@users.noreply.git.example"
