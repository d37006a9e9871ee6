"""Where the app isn't installed nothing is stored, and people are told."""

import time

import pytest

from engine.store import slack_workspaces
from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import a_command, a_mention, a_press, an_event
from tests.bot_slack.scene import Scene, a_workspace


def leave(scene: Scene, workspace: Workspace) -> None:
    """The app is taken out of the workspace."""
    with scene.world.database.write() as connection:
        slack_workspaces.leave(connection, workspace, "app_uninstalled", time.time())


@pytest.mark.parametrize("team", ["T0UNKNOWN", "", "T0'; --", "E0ENTERPRISE"])
def test_a_command_of_an_unknown_workspace_is_told_where_to_install(scene: Scene, acme: Workspace, team: str) -> None:
    answer = scene.post(a_command("deploy to production", team=team))
    assert answer.status_code == 200
    assert "http://localhost:8080/slack/install" in answer.json()["text"]
    assert scene.stored() == []


def test_a_command_of_a_whole_enterprise_is_told_so_too(scene: Scene) -> None:
    answer = scene.post(a_command("status", team="", enterprise_id="E0", is_enterprise_install="true"))
    assert "not installed in this workspace" in answer.json()["text"]


def test_a_workspace_that_left_is_unknown_until_it_installs_again(scene: Scene, acme: Workspace) -> None:
    leave(scene, acme)
    assert "/slack/install" in scene.post(a_command("status")).text
    assert [scene.post(body).status_code for body in (a_mention(), a_press())] == [200, 200]
    assert scene.stored() == []
    scene.install(a_workspace())
    assert "/slack/install" not in scene.post(a_command("status")).text
    assert len(scene.stored()) == 1


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
def test_that_the_app_is_gone_is_stored_for_a_worker(scene: Scene, acme: Workspace, kind: str) -> None:
    answer = scene.post(an_event({"type": kind, "tokens": {"oauth": [], "bot": ["U0BOT"]}}))
    assert (answer.status_code, [each for each, _ in scene.stored()]) == (200, ["event"])


def test_workspaces_are_apart(scene: Scene, acme: Workspace) -> None:
    globex = scene.install(a_workspace("T0GLOBEX", "xoxb-of-globex"))
    for team in ("T0ACME", "T0GLOBEX"):
        assert scene.post(a_command("status", team=team)).status_code == 200
    with scene.world.database.read() as connection:
        lanes = connection.exec_driver_sql("SELECT installation_id FROM jobs").scalars()
        assert sorted(lanes) == sorted([acme.lane, globex.lane])
