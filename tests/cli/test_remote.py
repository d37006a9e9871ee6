"""The commands that speak with a running Slipway: what they ask, how they say it, how they end."""

import json
import threading

import pytest
from click.testing import CliRunner

from cli.main import slipway
from engine.domain.release import DeployState
from engine.variables.variables import variables_of
from tests.api.deploys import A, B, Deploys
from tests.cli.terminal import Terminal
from tests.wakeups.waiting import wait_until

APPROVED = b"environments: {production: {approvals: 1, checks: none}}"
ORDER = b"environments: {staging: {checks: none}, production: {checks: none, after: staging}}"


def test_a_deploy_is_asked_for_and_told(terminal: Terminal) -> None:
    told = terminal.run("deploy", "acme/shop@main")
    (release,) = terminal.deploys.releases()
    assert told.exit_code == 0, told.output
    assert release.id in told.stdout
    assert f"/deploys/{release.id}" in told.stdout
    assert (release.sha, release.requested_by, release.door) == (A, "writer", "cli")


def test_json_is_one_object_for_programs(terminal: Terminal) -> None:
    made = json.loads(terminal.run("deploy", "acme/shop", "--json").stdout)
    assert made["id"] == terminal.deploys.releases()[0].id
    refused = terminal.run("deploy", "acme/shop", "--to", "mars", "--json")
    assert json.loads(refused.stdout)["error"]["code"] == "no_such_environment"


def test_waiting_shows_how_it_goes_and_ends_as_it_ends(terminal: Terminal) -> None:
    worker = threading.Thread(target=work_off, args=(terminal.deploys,))
    worker.start()
    told = terminal.run("deploy", "acme/shop", "--wait", "--logs")
    worker.join(30)
    assert told.exit_code == 0, told.output
    assert "… Building: It is BUILDING" in told.stdout
    assert "│ compiling" in told.stdout
    assert "✓ v1 aaaaaaa Deployed" in told.stdout
    assert terminal.deploys.web.settings.release_url(terminal.deploys.environment().label) in told.stdout


def test_waiting_for_one_that_fails_ends_with_4_and_the_cause(terminal: Terminal) -> None:
    worker = threading.Thread(target=fail_it, args=(terminal.deploys,))
    worker.start()
    told = terminal.run("deploy", "acme/shop", "--wait")
    worker.join(30)
    assert told.exit_code == 4, told.output
    assert "Nothing listened. Listen on $PORT." in told.stdout


def test_waiting_has_an_end_that_can_be_chosen(terminal: Terminal) -> None:
    told = terminal.run("deploy", "acme/shop", "--wait", "--timeout", "0.2", "--json")
    assert told.exit_code == 5, told.output
    assert json.loads(told.stdout)["state"] == "PENDING"


def test_a_refusal_names_every_obstacle_and_ends_with_3(terminal: Terminal) -> None:
    terminal.deploys.write(ORDER)
    terminal.run("lock", "acme/shop", "--reason", "a sale", by="other")
    told = terminal.run("deploy", "acme/shop")
    assert told.exit_code == 3
    assert told.stdout == ""
    assert "2 things stand in the way:" in told.stderr
    assert "a sale" in told.stderr


def test_what_is_not_there_ends_with_1(terminal: Terminal) -> None:
    for words in (("status", "acme/nothing"), ("approve", "dep_nothing"), ("cancel", "../../../etc")):
        told = terminal.run(*words)
        assert (told.exit_code, told.stdout) == (1, ""), words
        assert "There is no such thing" in told.stderr or "not as Slipway does" in told.stderr


def test_going_back_is_planned_then_done(terminal: Terminal) -> None:
    terminal.deployed(A)
    terminal.deployed(B)
    plan = terminal.run("rollback", "acme/shop", "--plan")
    assert (plan.exit_code, "Commit b" in plan.stdout) == (0, True), plan.output
    assert len(terminal.deploys.releases()) == 2
    told = terminal.run("rollback", "acme/shop", "v1")
    assert told.exit_code == 0, told.output
    assert terminal.deploys.releases()[0].kind == "rollback"


def test_where_nothing_is_deployed_nothing_is_gone_back_from(terminal: Terminal) -> None:
    told = terminal.run("rollback", "acme/shop")
    assert told.exit_code == 3
    assert "nothing is deployed there" in told.stderr


def test_a_deployment_is_approved_by_another(terminal: Terminal) -> None:
    terminal.deploys.write(APPROVED)
    assert "waits:" in terminal.run("deploy", "acme/shop").stdout
    made = terminal.deploys.releases()[0].id
    assert terminal.run("approve", made).exit_code == 3
    assert terminal.run("approve", made, by="other").exit_code == 0
    assert terminal.deploys.releases()[-1].waiting == "turn"


def test_a_deployment_is_rejected_or_cancelled(terminal: Terminal) -> None:
    terminal.deploys.write(APPROVED)
    first = json.loads(terminal.run("deploy", "acme/shop", "--json").stdout)["id"]
    assert terminal.run("reject", first, "--reason", "not today", by="other").exit_code == 0
    second = json.loads(terminal.run("deploy", "acme/shop", "--json").stdout)["id"]
    assert terminal.run("cancel", second).exit_code == 0
    assert {release.state for release in terminal.deploys.releases()} == {DeployState.CANCELLED}


def test_a_lock_is_taken_shown_and_given_up(terminal: Terminal) -> None:
    terminal.deployed()
    assert "a sale" in terminal.run("lock", "acme/shop", "--reason", "a sale").stdout
    assert "1. in line: other" in terminal.run("lock", "acme/shop", by="other").stdout
    assert "locked by writer" in terminal.run("status", "acme/shop").stdout
    assert "locked by other" in terminal.run("unlock", "acme/shop").stdout


def test_status_shows_each_environment(terminal: Terminal) -> None:
    assert "no environment yet" in terminal.run("status", "acme/shop").stdout
    made = terminal.deployed()
    told = terminal.run("status", "acme/shop", by="reader").stdout
    assert f"✓ v1 aaaaaaa Deployed: It is DEPLOYED ({made} by writer)" in told


def test_what_serves_before_is_promoted_and_restarted(terminal: Terminal) -> None:
    terminal.deploys.write(ORDER)
    assert terminal.run("deploy", "acme/shop", "--to", "staging").exit_code == 0
    terminal.deploys.serve(terminal.deploys.releases()[0].id)
    assert terminal.run("restart", "acme/shop", "--env", "staging").exit_code == 0
    told = terminal.run("promote", "acme/shop")
    assert told.exit_code == 0, told.output
    assert terminal.deploys.releases()[0].kind == "promotion"


def test_a_value_is_read_from_standard_input_and_shown_by_nothing(terminal: Terminal) -> None:
    told = terminal.run("env", "set", "acme/shop", "production", "TOKEN", given="canary-33\nsecond line\n")
    assert told.exit_code == 0, told.output
    listed = terminal.run("env", "list", "acme/shop", "production")
    assert "TOKEN=(secret)" in listed.stdout
    assert "canary-33" not in told.output + listed.output
    with terminal.deploys.web.world.database.read() as connection:
        held = variables_of(terminal.deploys.web.settings).at(connection, terminal.deploys.environment().id, 1)
    assert held["TOKEN"].reveal() == "canary-33\nsecond line"


def test_a_plain_value_is_listed_and_a_key_unset(terminal: Terminal) -> None:
    terminal.run("env", "set", "acme/shop", "production", "COLOUR", "--plain", "--guard", given="red")
    assert "COLOUR=red (guarded)" in terminal.run("env", "list", "acme/shop", "production").stdout
    assert terminal.run("env", "unset", "acme/shop", "production", "COLOUR").exit_code == 0
    assert "has no variables" in terminal.run("env", "list", "acme/shop", "production").stdout
    assert terminal.run("env", "unset", "acme/shop", "production", "COLOUR").exit_code == 1


def test_there_is_no_way_to_write_a_value_on_the_command_line(terminal: Terminal) -> None:
    told = terminal.run("env", "set", "acme/shop", "production", "TOKEN", "canary-33", given="")
    assert told.exit_code == 2


@pytest.mark.parametrize(("settings", "named"), [
    ({"SLIPWAY_URL": "", "SLIPWAY_TOKEN": ""}, ("SLIPWAY_URL", "SLIPWAY_TOKEN")),
    ({"SLIPWAY_URL": "http://slipway.example.com", "SLIPWAY_TOKEN": "slp_x"}, ("SLIPWAY_URL",)),
    ({"SLIPWAY_URL": "ftp://localhost", "SLIPWAY_TOKEN": "slp_x"}, ("SLIPWAY_URL",)),
    ({"SLIPWAY_URL": "http://localhost", "SLIPWAY_TOKEN": "a b"}, ("SLIPWAY_TOKEN",)),
])  # fmt: skip
def test_wrong_settings_are_a_line_each_and_exit_2(settings: dict[str, str], named: tuple[str, ...]) -> None:
    told = CliRunner().invoke(slipway, ["status", "acme/shop"], env=settings)
    assert told.exit_code == 2
    assert tuple(line.split(":")[0] for line in told.stderr.splitlines()) == named


def test_a_slipway_that_is_away_is_said_to_be(terminal: Terminal) -> None:
    settings = {"SLIPWAY_URL": "http://127.0.0.1:1", "SLIPWAY_TOKEN": "slp_x"}
    told = CliRunner().invoke(slipway, ["status", "acme/shop"], env=settings)
    assert told.exit_code == 1
    assert "Is it up, and is SLIPWAY_URL right?" in told.stderr


def test_a_token_that_is_no_good_is_said(terminal: Terminal) -> None:
    settings = {"SLIPWAY_URL": terminal.url, "SLIPWAY_TOKEN": "slp_nothing"}
    told = CliRunner().invoke(slipway, ["status", "acme/shop"], env=settings)
    assert (told.exit_code, "slp_nothing" in told.output) == (1, False)
    assert "no token that is good now" in told.stderr


def work_off(deploys: Deploys) -> None:
    """What a worker does, while somebody watches."""
    release = asked_for(deploys)
    deploys.advance(release, DeployState.SECURITY_SCANNING, DeployState.BUILDING)
    deploys.log(release, "compiling")
    deploys.finish(release, DeployState.DEPLOYING, DeployState.DEPLOYED)


def fail_it(deploys: Deploys) -> None:
    """The same, and it ends badly."""
    deploys.fail(asked_for(deploys))


def asked_for(deploys: Deploys) -> str:
    """The deployment, once it was asked for."""
    wait_until(lambda: bool(deploys.releases()), "a deployment was asked for", 30)
    return deploys.releases()[0].id
