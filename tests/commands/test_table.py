"""The table of commands and the help that is made from it."""

import pytest

from engine.commands.buttons import BUTTONS
from engine.commands.nearness import distance, nearest
from engine.commands.parse import Command, Help, parse
from engine.commands.table import LOGGED_STAGES, TABLE, Entry, Verb, entry_of, help_text
from engine.domain.build import STAGES
from engine.domain.permission import Role
from engine.reports.actions import IDENTIFIER_LIMIT


@pytest.mark.parametrize("entry", TABLE)
def test_each_spelling_of_each_entry_is_that_command(entry: Entry) -> None:
    needed = tuple((each.choices or ("KEY",))[0] for each in entry.arguments[: entry.least])
    for words in entry.spellings:
        parsed = parse(f"/{' '.join([*words, *needed])}")
        assert parsed == (Help() if entry.verb is Verb.HELP else Command(entry, needed))


@pytest.mark.parametrize("entry", TABLE)
def test_each_known_word_for_an_argument_is_taken(entry: Entry) -> None:
    for argument in entry.arguments:
        for choice in argument.choices:
            assert parse(f"/{' '.join(entry.words)} {choice.upper()}") == Command(entry, (choice,))


def test_usage_shows_the_arguments() -> None:
    assert entry_of(Verb.LOGS).usage == "/logs [stage]"
    assert entry_of(Verb.PREVIEW_STOP).usage == "/preview stop"
    assert entry_of(Verb.ROLLBACK).usage == "/rollback [environment] [release] [--plan]"
    assert entry_of(Verb.LOCK).usage == "/lock [environment] [--force] [reason]"


def test_every_stage_that_writes_a_log_can_be_named() -> None:
    assert LOGGED_STAGES == ("starting", "source", "dependencies", "build", "checks", "launching")
    assert set(LOGGED_STAGES) == {state.value for state in STAGES} - {"queued", "ready"}


def test_every_button_is_a_command() -> None:
    assert set(BUTTONS.values()) <= set(Verb)
    assert all(len(identifier) <= IDENTIFIER_LIMIT for identifier in BUTTONS)


def test_each_verb_has_one_entry_and_no_two_share_a_spelling() -> None:
    assert [entry.verb for entry in TABLE] == list(Verb)
    spellings = [words for entry in TABLE for words in entry.spellings]
    assert len(spellings) == len(set(spellings))


def test_reading_takes_read_and_changing_takes_write() -> None:
    reading = {Verb.LOGS, Verb.READINESS, Verb.STATUS, Verb.HELP}
    assert {verb: entry_of(verb).role for verb in Verb} == {
        verb: Role.READ if verb in reading else Role.WRITE for verb in Verb
    }


def test_help_names_every_command_with_its_role() -> None:
    lines = help_text().splitlines()
    assert len(lines) == 2 + len(TABLE)
    for entry, line in zip(TABLE, lines[2:], strict=True):
        assert line.startswith(f"| `{entry.usage}`")
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
