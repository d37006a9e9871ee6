"""What Slack is answered at once, and what is stored before it."""

from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import a_command, a_mention, a_press
from tests.bot_slack.scene import Scene


def test_a_command_is_stored_and_answered_in_words(scene: Scene, acme: Workspace) -> None:
    answer = scene.post(a_command("deploy acme/shop@main to production"))
    assert (answer.status_code, answer.json()["response_type"]) == (200, "ephemeral")
    assert "deploy acme/shop@main to production" in answer.json()["text"]
    assert [kind for kind, _ in scene.stored()] == ["command"]


def test_a_mention_and_a_button_are_stored_and_acked_in_silence(scene: Scene, acme: Workspace) -> None:
    answers = [scene.post(a_mention()), scene.post(a_press())]
    assert [(each.status_code, each.text) for each in answers] == [(200, ""), (200, "")]
    assert sorted(kind for kind, _ in scene.stored()) == ["event", "interaction"]
