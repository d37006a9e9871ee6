"""The table of commands and the help that is made from it."""

import pytest

from engine.commands.nearness import distance, nearest
from engine.commands.parse import Command, Help, parse
from engine.commands.table import TABLE, Entry, Verb, entry_of, help_text
from engine.domain.permission import Role


@pytest.mark.parametrize("entry", TABLE)
def test_the_example_of_each_entry_is_that_command(entry: Entry) -> None:
    parsed = parse(entry.example)
    assert parsed == (Help() if entry.verb is Verb.HELP else Command(entry))


def test_each_verb_has_one_entry_and_no_two_share_a_spelling() -> None:
    assert [entry.verb for entry in TABLE] == list(Verb)
    spellings = [words for entry in TABLE for words in entry.spellings]
    assert len(spellings) == len(set(spellings))


def test_reading_takes_read_and_changing_takes_write() -> None:
    assert {verb: entry_of(verb).role for verb in Verb} == {
        Verb.PREVIEW: Role.WRITE,
        Verb.PREVIEW_STOP: Role.WRITE,
        Verb.STATUS: Role.READ,
        Verb.HELP: Role.READ,
    }


def test_help_names_every_command_with_its_role() -> None:
    lines = help_text().splitlines()
    assert len(lines) == 2 + len(TABLE)
    for entry, line in zip(TABLE, lines[2:], strict=True):
        assert line.startswith(f"| `{entry.example}`")
        assert f"| {entry.role.name.lower()} |" in line


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("stop", "sotp", 1)],
)
def test_distance_counts_single_mistakes(left: str, right: str, expected: int) -> None:
    assert distance(left, right) == distance(right, left) == expected


def test_short_words_forgive_one_mistake_and_long_ones_two() -> None:
    assert nearest("hulp", ["help", "preview"]) == "help"
    assert nearest("hulb", ["help", "preview"]) == ""
    assert nearest("prvieww", ["help", "preview"]) == "preview"
    assert nearest("p" * 100, ["preview"]) == ""
