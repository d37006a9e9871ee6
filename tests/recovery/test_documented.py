"""The table of events in the documentation is the one in the code."""

import re
from pathlib import Path

from engine.forge.payloads import READERS
from engine.planner.pull_request import BUILDING, CLOSING

PAGE = Path(__file__).resolve().parents[2] / "docs" / "github-events.md"


def column(number: int) -> set[str]:
    """The words in a column of the page's table."""
    rows = re.findall(r"^\| ([^|]*)\| ([^|]*)\|", PAGE.read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z_]+)`", row[number])}


def test_every_event_that_is_read_is_documented_and_no_other() -> None:
    assert column(0) == set(READERS)


def test_every_action_that_builds_or_closes_is_documented() -> None:
    assert BUILDING | {CLOSING} <= column(1)


def test_every_action_that_changes_for_whom_we_work_is_documented() -> None:
    for name in ("installation_events.py", "repository_events.py"):
        source = (PAGE.parents[1] / "engine/intake" / name).read_text()
        for action in re.findall(r'^        case "([a-z_]+)"', source, re.MULTILINE):
            assert action in column(1), action
