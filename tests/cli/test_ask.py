"""`slipway ask`: commands in their own words."""

import json

from tests.api.deploys import A, B
from tests.cli.terminal import Terminal


def test_a_deploy_is_asked_for_in_one_line(terminal: Terminal) -> None:
    told = terminal.run("ask", "deploy acme/shop@main to production")
    (release,) = terminal.deploys.releases()
    assert told.exit_code == 0, told.output
    assert f"/deploys/{release.id}" in told.stdout
    assert (release.sha, release.door) == (A, "cli")


def test_flags_of_the_command_are_its_own(terminal: Terminal) -> None:
    terminal.deployed(A)
    terminal.deployed(B)
    told = terminal.run("ask", "rollback", "acme/shop", "production", "--plan")
    assert (told.exit_code, "Commit b" in told.stdout) == (0, True), told.output
    assert len(terminal.deploys.releases()) == 2


def test_a_refusal_says_what_was_meant_and_ends_with_3(terminal: Terminal) -> None:
    told = terminal.run("ask", "preview stpo acme/shop#12")
    assert (told.exit_code, told.stdout) == (3, "")
    assert "Did you mean preview stop acme/shop#12?" in told.stderr


def test_json_is_one_object(terminal: Terminal) -> None:
    told = json.loads(terminal.run("ask", "--json", "status acme/shop").stdout)
    assert told["state"] == "done"
    refused = json.loads(terminal.run("ask", "preview stop acme/shop", "--json").stdout)
    assert refused["error"]["code"] == "which_pull_request"


def test_help_lists_the_commands(terminal: Terminal) -> None:
    told = terminal.run("ask", "help", by="reader")
    assert told.exit_code == 0, told.output
    assert "preview stop" in told.stdout
