"""What the playground's Slack holds at first, and who is told of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playground.addresses import Addresses
from playground.slack.application import load_slack_application
from tests.playground.running import RunningPlayground
from tests.playground.slack.conftest import Ground
from tests.playground.slack.listening import Heard, Reply
from tests.playground.slack.script import script_of


def test_the_guide_names_workspaces_channels_and_people(ground: Ground) -> None:
    acme, globex = ground.playground.guide["slack"]["workspaces"]
    assert (acme["name"], globex["name"]) == ("Acme", "Globex")
    assert [(one["name"], one["kind"]) for one in acme["channels"]] == [
        ("general", "public"),
        ("deploys", "public"),
        ("shop", "public"),
        ("ops", "private"),
    ]
    assert [one["login"] for one in acme["users"]] == ["admin", "writer", "reader"]
    assert [one["login"] for one in globex["users"]] == ["gina", "reader"]
    assert acme["team_id"].startswith("T") and all(one["id"].startswith("C") for one in acme["channels"])


def test_the_app_is_the_same_at_every_start(tmp_path: Path) -> None:
    first = load_slack_application(tmp_path, Addresses(8082))
    assert load_slack_application(tmp_path, Addresses(9000)) == first
    assert "secret" not in repr(first)


def test_scripts_act_only_where_faults_are_allowed(playground: RunningPlayground) -> None:
    with script_of(playground) as script:
        assert script.try_to("uninstall").status_code == 404
        assert script.client.get("/slack/play/install").status_code == 404
        assert script.client.get("/slack/play/channel/general").status_code == 404


def test_many_people_act_at_once_while_the_app_calls_back(ground: Ground) -> None:
    def answer(_heard: Heard) -> Reply:
        ground.client.auth_test()
        return Reply()

    ground.listener.answering = answer

    def command(number: int) -> dict[str, Any]:
        with script_of(ground.playground) as script:
            return script.do("command", user="writer", channel="deploys", text=str(number))

    with ThreadPoolExecutor(50) as threads:
        done = list(threads.map(command, range(50)))
    assert {(one["status"], one["trouble"]) for one in done} == {(200, "")}
    assert len({one["trigger_id"] for one in done}) == 50
