"""Buttons, selects and inputs with their limits (docs.slack.dev/reference/block-kit/block-elements)."""

from typing import Any

from playground.slack.blocks.rules import (
    BOTH,
    Check,
    Part,
    Problems,
    address,
    both,
    flag,
    items,
    may,
    need,
    one_of,
    shaped,
    string,
    text,
    whole,
)

CONFIRM = shaped(
    {
        "title": need(text(100)),
        "text": need(text(300, BOTH)),
        "confirm": need(text(30)),
        "deny": need(text(30)),
        "style": may(one_of("primary", "danger")),
    }
)
OPTION = shaped(
    {
        "text": need(text(75, BOTH)),
        "value": need(string(150)),
        "description": may(text(75, BOTH)),
        "url": may(address),
    }
)
GROUP = shaped({"label": need(text(75)), "options": need(items(OPTION, 100))})
DISPATCH = shaped({"trigger_actions_on": may(items(one_of("on_enter_pressed", "on_character_entered"), 2))})
PLACEHOLDER = may(text(150))


def _element(**parts: Part) -> Check:
    """Any element that somebody can use: it has a type, and perhaps an id."""
    return shaped({"type": need(string(40)), "action_id": may(string(255)), **parts})


def _chosen_among(value: Any, pointer: str, problems: Problems) -> None:
    """The option that is chosen at first must be one of those offered."""
    if not isinstance(value, dict):
        return
    groups = value.get("option_groups") if isinstance(value.get("option_groups"), list) else []
    offered = [one for group in groups or [] if isinstance(group, dict) for one in group.get("options", [])]
    offered += value["options"] if isinstance(value.get("options"), list) else []
    if "initial_option" in value and value["initial_option"] not in offered:
        problems.add("initial_option must be one of the options", f"{pointer}/initial_option")
    if ("options" in value) == ("option_groups" in value):
        problems.add("must define either `options` or `option_groups`", pointer)


BUTTON = _element(
    text=need(text(75)),
    url=may(address),
    value=may(string(2000)),
    style=may(one_of("primary", "danger")),
    confirm=may(CONFIRM),
    accessibility_label=may(string(75)),
)
STATIC_SELECT = both(
    _element(
        placeholder=PLACEHOLDER,
        options=may(items(OPTION, 100)),
        option_groups=may(items(GROUP, 100)),
        initial_option=may(OPTION),
        confirm=may(CONFIRM),
        focus_on_load=may(flag),
    ),
    _chosen_among,
)
EXTERNAL_SELECT = _element(
    placeholder=PLACEHOLDER,
    initial_option=may(OPTION),
    min_query_length=may(whole(0, 2**31)),
    confirm=may(CONFIRM),
    focus_on_load=may(flag),
)
OVERFLOW = _element(options=need(items(OPTION, 5)), confirm=may(CONFIRM))
CHOICES = _element(
    options=need(items(OPTION, 10)),
    initial_options=may(items(OPTION, 10)),
    confirm=may(CONFIRM),
    focus_on_load=may(flag),
)
RADIO = both(
    _element(
        options=need(items(OPTION, 10)), initial_option=may(OPTION), confirm=may(CONFIRM), focus_on_load=may(flag)
    ),
    _chosen_among,
)
TEXT_INPUT = _element(
    placeholder=PLACEHOLDER,
    initial_value=may(string(3000, least=0)),
    multiline=may(flag),
    min_length=may(whole(0, 3000)),
    max_length=may(whole(1, 3000)),
    dispatch_action_config=may(DISPATCH),
    focus_on_load=may(flag),
)
IMAGE = shaped({"type": need(string(5)), "image_url": need(address), "alt_text": need(string(2000))})

#: What stands in an `actions` block, or beside the text of a section.
INTERACTIVE: dict[str, Check] = {
    "button": BUTTON,
    "static_select": STATIC_SELECT,
    "external_select": EXTERNAL_SELECT,
    "overflow": OVERFLOW,
    "checkboxes": CHOICES,
    "radio_buttons": RADIO,
}
ACCESSORY: dict[str, Check] = {**INTERACTIVE, "image": IMAGE}
#: What asks for something in an `input` block.
ASKING: dict[str, Check] = {
    "plain_text_input": TEXT_INPUT,
    "static_select": STATIC_SELECT,
    "external_select": EXTERNAL_SELECT,
    "checkboxes": CHOICES,
    "radio_buttons": RADIO,
}
