"""429 with Retry-After: by Slack's own limits, and by the fault switch."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from tests.playground.slack.clocked import clocked
from tests.playground.slack.conftest import Ground


def test_a_channel_takes_one_message_a_second(tmp_path: Path) -> None:
    with clocked(tmp_path / "limited", limits=True) as slack:
        first, other = slack.channel("deploys").id, slack.channel("general").id
        sent = [slack.call("chat.postMessage", channel=one, text="x") for one in (first, first, other)]
        assert [one.status_code for one in sent] == [200, 429, 200]
        assert (sent[1].headers["retry-after"], sent[1].json()) == ("1", {"ok": False, "error": "ratelimited"})
        slack.clock.ahead += 1.1
        assert slack.call("chat.postMessage", channel=first, text="x").status_code == 200


def test_a_method_is_called_so_often_a_minute(tmp_path: Path) -> None:
    with clocked(tmp_path / "limited", limits=True) as slack:
        asked = [slack.call("users.list") for _ in range(21)]
        assert [one.status_code for one in asked] == [200] * 20 + [429]
        assert 1 <= int(asked[20].headers["retry-after"]) <= 60
        assert slack.call("auth.test").status_code == 200
        slack.clock.ahead += 61
        assert slack.call("users.list").status_code == 200


def test_a_rule_limits_one_workspace_and_no_other(ground: Ground) -> None:
    acme = ground.script.workspace()["team_id"]
    elsewhere = ground.client_of(ground.script.install("Globex"))
    there = ground.script.channel_id("general", "Globex")
    ground.faults.turn({"path": f"^/slack/api/chat.postMessage/{acme}", "fault": "too_many", "seconds": 30})
    with pytest.raises(SlackApiError) as refused:
        ground.client.chat_postMessage(channel=ground.script.channel_id("deploys"), text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["retry-after"] == "30"
    assert elsewhere.chat_postMessage(channel=there, text="x")["ok"]
    assert ground.client.auth_test()["ok"]


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        ("error_500", 500, ""),
        ("error_503", 503, ""),
        ("secondary_limit", 429, "ratelimited"),
        ("unauthorized", 200, "invalid_auth"),
        ("gone", 200, "channel_not_found"),
    ],
)
def test_calls_go_wrong_without_any_effect(ground: Ground, fault: str, status: int, word: str) -> None:
    before = len(ground.script.messages("deploys"))
    ground.faults.turn({"method": "POST", "path": "^/slack/api/chat.postMessage", "fault": fault, "times": 1})
    answer = _post(ground)
    assert answer.status_code == status
    assert (answer.json()["error"] if word else "") == word
    assert len(ground.script.messages("deploys")) == before
    assert ground.faults.effects("fault")[-1]["fault"] == fault


def test_an_answer_can_be_lost_after_the_effect(ground: Ground) -> None:
    before = len(ground.script.messages("deploys"))
    ground.faults.turn({"path": "^/slack/api/chat.postMessage", "fault": "cut", "times": 1})
    with pytest.raises(httpx.TransportError):
        _post(ground)
    assert len(ground.script.messages("deploys")) == before + 1


def test_a_response_url_can_go_wrong_too(ground: Ground) -> None:
    url = ground.script.do("command", user="writer", channel="deploys", text="help")["response_url"]
    ground.faults.turn({"path": "^/slack/response$", "fault": "error_502", "times": 1})
    answers = [ground.script.client.post(url, json={"text": "x"}).status_code for _ in range(2)]
    assert answers == [502, 200]


def _post(ground: Ground) -> Any:
    said = {"channel": ground.script.channel_id("deploys"), "text": "x"}
    header = {"Authorization": f"Bearer {ground.token}"}
    return ground.script.client.post("/slack/api/chat.postMessage", json=said, headers=header)
