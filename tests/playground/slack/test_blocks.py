"""Slack's limits on blocks and views, one by one; and slack_sdk's own models pass."""

from typing import Any

import pytest
from slack_sdk.models import blocks as models
from slack_sdk.models import views

from playground.slack.blocks.validation import problems_of_blocks, problems_of_view
from tests.playground.slack.building import actions, asking, button, home, marked, modal, option, plain, section

SELECT = {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")]}


@pytest.mark.parametrize(
    ("blocks", "wrong"),
    [
        ([section("x")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        (["x"], "missing required field: type [json-pointer:/blocks/0]"),
        ([{"type": "fireworks"}], "unsupported type: fireworks [json-pointer:/blocks/0/type]"),
        ([{"type": "section"}], "must define either `fields` or `text` [json-pointer:/blocks/0]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{**section("x"), "colour": 1}], "invalid additional property: colour [json-pointer:/blocks/0]"),
        ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
        ([{"type": "header", "text": marked("x")}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
        ([{"type": "section", "fields": [marked("x")] * 11}], "no more than 10 items allowed"),
        ([{"type": "section", "fields": [marked("x" * 2001)]}], "must be less than 2001 characters"),
        ([{"type": "context", "elements": [marked("x")] * 11}], "no more than 10 items allowed"),
        ([{"type": "context", "elements": [button("x")]}], "unsupported type: button"),
        ([actions()], "must have at least 1 items [json-pointer:/blocks/0/elements]"),
        ([actions(button("x", text=plain("x" * 76)))], "must be less than 76 characters"),
        ([actions(button("x", value="x" * 2001))], "must be less than 2001 characters"),
        ([actions(button("x", url="javascript:alert(1)"))], "must be a valid URL"),
        ([actions(button("x", style="loud"))], "must be one of primary, danger"),
        ([actions(button("x" * 256))], "must be less than 256 characters"),
        ([actions(button("x"), button("x"))], "action_id already exists: x [json-pointer:/blocks/0/elements]"),
        ([{**section("x"), "block_id": "b"}] * 2, "block_id already exists: b [json-pointer:/blocks/1/block_id]"),
        ([actions({**SELECT, "options": [option(str(n)) for n in range(101)]})], "no more than 100 items allowed"),
        ([actions({**SELECT, "options": [option("x" * 76)]})], "must be less than 76 characters"),
        ([actions({**SELECT, "initial_option": option("c")})], "initial_option must be one of the options"),
        ([actions({**SELECT, "option_groups": []})], "must define either `options` or `option_groups`"),
        ([actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})], "no more than 5 items"),
        ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ],
)
def test_what_slack_does_not_take(blocks: Any, wrong: str) -> None:
    found = problems_of_blocks(blocks)
    assert any(one.startswith(wrong) for one in found), found


@pytest.mark.parametrize(
    ("view", "wrong"),
    [
        (modal(*[section("x")] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(callback_id="x" * 256), "must be less than 256 characters"),
        (modal(asking("a", max_length=3001)), "must be a number from 1 to 3000"),
        (modal(asking("a", placeholder=plain("x" * 151))), "must be less than 151 characters"),
        (modal(asking("a"), asking("a")), "block_id already exists: a"),
        ({**home(section("x")), "title": plain("x")}, "must be one of modal"),
        ({"type": "modal", "title": plain("x"), "blocks": [asking("a")]}, "missing required field: submit"),
    ],
)
def test_what_slack_does_not_take_as_a_modal(view: Any, wrong: str) -> None:
    found = problems_of_view(view, "modal")
    assert any(one.startswith(wrong) for one in found), found


def test_what_is_just_within_the_limits_is_taken() -> None:
    most = [section("x" * 3000), {"type": "header", "text": plain("x" * 150)}, *[{"type": "divider"}] * 48]
    assert problems_of_blocks(most) == []
    assert problems_of_blocks([actions(*(button(f"a{number}", value="x" * 2000) for number in range(25)))]) == []
    assert problems_of_view(modal(*[section("x")] * 99, asking("a"), private_metadata="x" * 3000), "modal") == []
    assert problems_of_view(home(), "home") == []


def test_what_the_models_of_slack_sdk_write_is_taken() -> None:
    said = models.SectionBlock(text="*x*", accessory=models.ButtonElement(text="Go", action_id="go", style="primary"))
    chosen = models.StaticSelectElement(
        placeholder="One", action_id="one", options=[models.Option(text="A", value="a")]
    )
    asked = models.InputBlock(label="Ref", element=models.PlainTextInputElement(action_id="ref"), block_id="ref")
    sought = models.ExternalDataSelectElement(placeholder="Any", action_id="any", min_query_length=0)
    written = [
        said,
        models.ActionsBlock(elements=[chosen, sought]),
        models.ContextBlock(elements=[models.MarkdownTextObject(text="x")]),
    ]
    assert problems_of_blocks([one.to_dict() for one in written]) == []
    view = views.View(type="modal", title="Deploy", submit="Go", blocks=[asked], callback_id="deploy")
    assert problems_of_view(view.to_dict(), "modal") == []
