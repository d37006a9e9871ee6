"""With Redis stopped, no worker, and neither GitHub nor Slack there, every command is answered (fault F-S1)."""

import http.client
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot_slack.posting import a_command, signed
from tests.bot_slack.rooms import DEADLINE, SlackRoom
from tests.bot_slack.scene import PATH, TOKEN

MANY = 200


@pytest.fixture
def room(tmp_path: Path) -> Iterator[SlackRoom]:
    room = SlackRoom(tmp_path)
    yield room
    room.close()


def answer_to(room: SlackRoom, words: str) -> tuple[int, bytes]:
    """Types a command, on a connection of its own."""
    body = a_command(words)
    connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=DEADLINE)
    try:
        connection.request("POST", PATH, body, dict(signed(body)))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_two_hundred_commands_in_a_row_are_answered_and_none_is_lost(room: SlackRoom) -> None:
    room.wait()
    answers = [answer_to(room, f"deploy acme/shop@v{number} to production") for number in range(MANY)]
    assert {status for status, _ in answers} == {200}
    assert all(f"acme/shop@v{number}".encode() in text for number, (_, text) in enumerate(answers))
    assert room.stored() == (MANY, MANY)
    assert room.end() in (0, -signal.SIGTERM)
    log = room.log()
    assert "Traceback" not in log
    assert not any(secret in log for secret in (TOKEN, "hooks.slack.com", "client secret of a test"))
