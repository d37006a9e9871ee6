"""What is answered without being stored, what is stored without its secrets, and what bolt alone would get wrong."""

import json

import pytest

from engine.slack.submissions import ENVIRONMENT, block_of
from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import a_command, a_submission, an_event, an_interaction
from tests.bot_slack.scene import Scene

VALUE = "sk-live-the-value-of-a-test"


def test_a_challenge_is_answered_and_not_stored(scene: Scene) -> None:
    answer = scene.post(json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).encode())
    assert (answer.status_code, answer.json()) == (200, {"challenge": "3eZbrw1a"})
    assert scene.stored() == []


def test_slacks_look_at_the_certificate_is_answered_and_not_stored(scene: Scene, acme: Workspace) -> None:
    assert scene.post(b"ssl_check=1&token=x").status_code == 200
    assert scene.stored() == []


def test_menus_and_closed_modals_are_not_stored(scene: Scene, acme: Workspace) -> None:
    menu = scene.post(an_interaction("block_suggestion", action_id="nobodys", block_id="b", value="ac"))
    closed = scene.post(an_interaction("view_closed", view={"id": "V0", "callback_id": "deploy"}))
    assert (menu.json(), closed.text) == ({"options": []}, "")
    assert scene.stored() == []


def test_a_modal_with_a_mistake_is_told_so_and_not_stored(scene: Scene, acme: Workspace) -> None:
    fields: dict[str, dict[str, object]] = {"reason": {"reason": {"type": "plain_text_input", "value": " "}}}
    answer = scene.post(a_submission("reject", fields)).json()
    assert (answer["response_action"], list(answer["errors"])) == ("errors", ["reason"])
    assert scene.stored() == []


def a_secret(value: str) -> bytes:
    """The modal for secrets, sent off."""
    project, environment = ({"selected_option": {"value": chosen}} for chosen in ("7", "production"))
    fields: dict[str, dict[str, object]] = {
        "project": {"project": project},
        block_of(ENVIRONMENT, 7): {"environment": environment},
        "key": {"key": {"type": "plain_text_input", "value": "API_KEY"}},
        "value": {"value": {"type": "plain_text_input", "value": value}},
    }
    return a_submission("secret", fields)


def test_a_secret_is_stored_sealed(scene: Scene, acme: Workspace) -> None:
    answer = scene.post(a_secret(VALUE))
    assert (answer.status_code, answer.text) == (200, "")
    [body] = scene.bodies()
    assert b"API_KEY" in body
    assert VALUE.encode() not in body


@pytest.mark.parametrize("words", [f"env set API_KEY={VALUE}", f"env set acme/shop production API_KEY {VALUE}"])
def test_a_value_that_was_typed_is_neither_stored_nor_repeated(scene: Scene, acme: Workspace, words: str) -> None:
    answer = scene.post(a_command(words))
    assert VALUE not in answer.text
    [body] = scene.bodies()
    assert VALUE.encode() not in body


@pytest.mark.parametrize("words", ["deploy acme/shop@payload to production", "payload=1", "status {}"])
def test_words_that_bolt_takes_for_something_else_are_a_command(scene: Scene, acme: Workspace, words: str) -> None:
    answer = scene.post(a_command(words))
    assert (answer.status_code, answer.json()["response_type"]) == (200, "ephemeral")
    assert [kind for kind, _ in scene.stored()] == ["command"]


def test_help_is_answered_whole(scene: Scene, acme: Workspace) -> None:
    told = scene.post(a_command("help")).json()["text"]
    for command in ("deploy", "preview", "subscribe", "link"):
        assert f"/slipway {command}" in told


def test_a_mistake_is_told_with_what_was_meant(scene: Scene, acme: Workspace) -> None:
    assert "/slipway deploy" in scene.post(a_command("depoly acme/shop@main")).json()["text"]


def test_what_is_typed_is_shown_as_words(scene: Scene, acme: Workspace) -> None:
    told = scene.post(a_command("deploy acme/shop@<!channel> to production")).json()["text"]
    assert "<!channel>" not in told


def test_a_kind_of_tomorrow_is_stored_and_acked(scene: Scene, acme: Workspace) -> None:
    bodies = [an_event({"type": "of_tomorrow"}), an_interaction("of_tomorrow"), an_interaction("shortcut")]
    assert [(answer.status_code, answer.text) for answer in map(scene.post, bodies)] == [(200, "")] * 3
    assert len(scene.stored()) == 3
