"""docs/api.md and the code say the same."""

import re
from pathlib import Path

import pytest

from bot.api import calls_of
from bot.api.allowance import Allowance
from bot.api.problem import FORGED, NOT_FOUND, SIGN_IN_FIRST
from bot.api.reach import Reach
from bot.api.stream import AWAY, BAD_TOKEN, NO_LONGER_ALLOWED, OVER, RESTARTING, TOO_MANY
from cli.main import COMMANDS
from engine.domain.release import DEPLOY_LABELS, DeployState
from tests.signin.client import Web

PAGE = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text()


def test_every_call_is_documented_and_no_other(web: Web) -> None:
    headings = set(re.findall(r"^## `([A-Z]+) ([^?`]+)", PAGE, re.MULTILINE)) - {("WS", "/ws/deployments/{id}")}
    # A share link is revoked by the address that its making answers with.
    named = {("DELETE", "/api/previews/{id}/share/{share}")}
    assert headings | named == {(call.method, call.path) for call in calls_of(Reach(web.deps, Allowance(web.clock)))}


@pytest.mark.parametrize("state", DeployState)
def test_every_state_is_documented_with_its_label(state: DeployState) -> None:
    assert f"| `{state}` | {DEPLOY_LABELS[state]} |" in PAGE


def test_every_way_a_stream_is_closed_is_documented() -> None:
    for code, _ in (OVER, RESTARTING, AWAY, BAD_TOKEN, NO_LONGER_ALLOWED, TOO_MANY):
        assert re.search(rf"^\| [0-9, ]*{code}\b", PAGE, re.MULTILINE), code


def test_every_code_of_its_own_is_documented() -> None:
    for code in (NOT_FOUND.code, SIGN_IN_FIRST.code, FORGED.code, "not_serving", "idempotency_key_reused", "too_many"):
        assert f"| `{code}` |" in PAGE


def test_every_command_that_calls_it_is_documented() -> None:
    elsewhere = {"up", "preview", "readiness", "doctor", "admin"}
    assert [name for name in COMMANDS if name not in elsewhere and f"`slipway {name} " not in PAGE] == []
