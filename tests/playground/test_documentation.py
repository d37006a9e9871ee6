"""The page about the playground and its code say the same."""

import re
from typing import get_args

import pytest

from playground.faults.rules import CallFault, WebhookFault
from playground.settings import KNOWN
from tests.playground.running import ROOT


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "playground.md").read_text()


def test_every_setting_is_documented_and_no_other(page: str) -> None:
    assert set(re.findall(r"^\| `(PLAYGROUND_\w+)` \|", page, re.MULTILINE)) == KNOWN


@pytest.mark.parametrize(
    ("heading", "faults"), [("a call", get_args(CallFault)), ("a webhook", get_args(WebhookFault))]
)
def test_every_fault_is_documented_and_no_other(page: str, heading: str, faults: tuple[str, ...]) -> None:
    table = page.split(f"| Fault of {heading} | What happens |")[1].split("\n\n", maxsplit=1)[0]
    cells = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", cells)) == set(faults)
