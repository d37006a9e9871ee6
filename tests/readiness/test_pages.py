"""Every rule has its page, and the page says what the rule says."""

from pathlib import Path

import pytest

from engine.readiness.pages import FOLDER, pages, write
from engine.readiness.rule import Rule
from engine.readiness.rules.table import RULES

ROOT = Path(__file__).resolve().parents[2]
HERE = pages()


@pytest.mark.parametrize("name", HERE)
def test_a_page_is_there_and_says_what_its_rule_says(name: str) -> None:
    file = ROOT / FOLDER / name
    assert file.is_file(), f"{FOLDER / name} is missing: run `make rule-pages`"
    assert file.read_text() == HERE[name], f"{FOLDER / name} is older than its rule: run `make rule-pages`"


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    assert {file.name for file in (ROOT / FOLDER).iterdir()} == set(HERE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_names_what_why_and_how_and_where_that_is_said(rule: Rule) -> None:
    page = HERE[f"{rule.id}.md"]
    for told in (f"# {rule.title}\n", f"`{rule.id}`", rule.why, rule.fix, rule.details, rule.link):
        assert told in page


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_index_leads_to_every_page(rule: Rule) -> None:
    assert f"[`{rule.id}`]({rule.id}.md) | {rule.title}" in HERE["README.md"]


def test_pages_are_written_once_and_old_ones_go(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("of a rule that is gone")
    (tmp_path / "README.md").write_text("old")
    assert {"gone.md", "README.md"} < set(write(tmp_path))
    assert {file.name for file in tmp_path.iterdir()} == set(HERE)
    assert write(tmp_path) == []
