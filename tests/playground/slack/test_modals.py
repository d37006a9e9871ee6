"""Modals from the first field to the last answer."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.playground.slack.building import actions, asking, button, home, modal, option, section
from tests.playground.slack.conftest import Ground
from tests.playground.slack.listening import Reply

FORM = modal(
    asking("ref", min_length=2),
    asking("env", type="static_select", options=[option("production"), option("staging")]),
    section("What would ship"),
    actions(button("look")),
)


@pytest.fixture
def opened(ground: Ground) -> str:
    """The id of a modal that writer has open."""
    return ground.opens(FORM)


def _modals(ground: Ground) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ground.script.look("views", user="writer")["modals"]
    return found


def test_what_is_missing_is_said_before_the_app_hears_of_it(ground: Ground, opened: str) -> None:
    sent = ground.script.do("submit", user="writer", values={"ref": "m"})
    assert sent["status"] is None
    assert sent["errors"]["env"] == "Please complete this required field."
    assert sent["errors"]["ref"] == "Please write at least 2 characters."
    assert ground.listener.named("view_submission") == []
    assert _modals(ground)[0]["values"]["ref"]["ref"]["value"] == "m"


def test_errors_stand_below_the_fields(ground: Ground, opened: str) -> None:
    ground.listener.answer({"response_action": "errors", "errors": {"ref": "No such branch."}})
    sent = ground.script.do("submit", user="writer", values={"ref": "maine", "env": "staging"})
    assert (sent["errors"], sent["view"]) == ({"ref": "No such branch."}, opened)
    assert _modals(ground)[0]["errors"] == {"ref": "No such branch."}
    ground.listener.answer()
    ground.script.do("submit", user="writer", values={"ref": "main"})
    values = ground.listener.expect("view_submission", 2).content["view"]["state"]["values"]
    assert values["env"]["env"]["selected_option"] == option("staging")
    assert _modals(ground) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
def test_an_answer_that_makes_no_sense_leaves_the_modal_open(ground: Ground, opened: str, answer: Any) -> None:
    ground.listener.answer(answer)
    sent = ground.script.do("submit", user="writer", values={"ref": "main", "env": "staging"})
    assert sent["said"] == "We had some trouble connecting. Try again?"
    assert [one["id"] for one in _modals(ground)] == [opened]


def test_an_answer_changes_the_modal_or_lays_one_upon_it(ground: Ground, opened: str) -> None:
    filled = {"ref": "main", "env": "staging"}
    ground.listener.answer({"response_action": "push", "view": modal(section("Sure?"))})
    upper = ground.script.do("submit", user="writer", values=filled)["view"]
    assert [one["id"] for one in _modals(ground)] == [opened, upper]
    ground.listener.answer({"response_action": "update", "view": modal(section("Really?"))})
    assert ground.script.do("submit", user="writer")["view"] == upper
    assert _modals(ground)[1]["words"] == ["Really?"]
    ground.listener.answer({"response_action": "clear"})
    ground.script.do("submit", user="writer")
    assert _modals(ground) == []


def test_what_is_chosen_goes_along_and_stays_through_a_change(ground: Ground, opened: str) -> None:
    ground.script.do("press", user="writer", action="look", values={"ref": "topic"})
    content = ground.listener.expect("block_actions").content
    assert content["container"] == {"type": "view", "view_id": opened}
    assert content["view"]["state"]["values"]["ref"]["ref"]["value"] == "topic"
    ground.client.views_update(view_id=opened, view=modal(asking("ref"), section("3 commits")))
    changed = _modals(ground)[0]
    assert (changed["values"], changed["words"]) == (
        {"ref": {"ref": {"type": "plain_text_input", "value": "topic"}}},
        ["Ref", "3 commits"],
    )


def test_a_modal_is_closed_and_the_app_hears_where_it_wants_to(ground: Ground, opened: str) -> None:
    ground.client.views_update(view_id=opened, view=FORM | {"notify_on_close": True})
    ground.script.do("close", user="writer")
    assert ground.listener.expect("view_closed").content["view"]["id"] == opened
    assert _modals(ground) == []
    assert ground.script.try_to("submit", user="writer").status_code == 404


def test_nobody_else_has_the_modal(ground: Ground, opened: str) -> None:
    for what in ("submit", "close"):
        assert ground.script.try_to(what, user="admin", view=opened).status_code == 404
    assert ground.script.try_to("press", user="admin", view=opened, action="look").status_code == 404
    assert ground.script.try_to("press", user="writer", view=opened, action="nothing").status_code == 422


def test_three_modals_and_no_more_lie_upon_each_other(ground: Ground, opened: str) -> None:
    def push(count: int) -> None:
        view = modal(section(str(count)))
        ground.opened(ground.client.views_push, view, "press", user="writer", view=opened, action="look")

    for count in (2, 3):
        push(count)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        push(4)
    assert len(_modals(ground)) == 3


def test_a_button_of_the_home_opens_a_modal(ground: Ground) -> None:
    ground.client.views_publish(user_id=ground.script.user_id("writer"), view=home(actions(button("deploy"))))
    ground.opened(ground.client.views_open, FORM, "press", user="writer", view="home", action="deploy")
    assert ground.listener.expect("block_actions").content["view"]["type"] == "home"
    assert [one["callback_id"] for one in _modals(ground)] == ["deploy"]


def test_suggestions_begin_with_as_many_letters_as_the_app_wants(ground: Ground) -> None:
    ground.opens(modal(asking("project", type="external_select", min_query_length=2)))
    ground.listener.answer({"options": [option("acme/shop")]})
    assert ground.script.do("suggest", user="writer", action="project", text="a")["options"] == []
    assert ground.listener.named("block_suggestion") == []
    assert ground.script.do("suggest", user="writer", action="project", text="ac")["options"] == [option("acme/shop")]
    assert ground.listener.expect("block_suggestion").content["value"] == "ac"


def test_a_command_is_answered_with_blocks_or_with_nothing_that_can_be_shown(ground: Ground) -> None:
    ground.listener.answer({"response_type": "in_channel", "text": "all", "blocks": [section("*all*")]})
    ground.script.do("command", user="writer", channel="deploys", text="status")
    assert ground.script.last("deploys", "reader")["words"] == ["*all*"]
    ground.listener.answer({"blocks": [section("")]})
    said = ground.script.do("command", user="writer", channel="deploys", text="status")["said"]
    assert said == "/slipway failed with the error “invalid_command_response”"
    ground.listener.answering = lambda _heard: Reply(500)
    said = ground.script.do("command", user="writer", channel="deploys", text="status")["said"]
    assert said == "/slipway failed with the error “dispatch_failed”"
