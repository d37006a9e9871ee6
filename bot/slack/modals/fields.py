"""The fields of forms. A field that depends on the project carries its id in its block: another project empties it."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from bot.slack.modals.frame import shown
from engine.forge.commits import LONGEST_REF
from engine.slack.submissions import ENVIRONMENT, GUARD, KEY, LONGEST_REASON, PROJECT, REASON, REF, VALUE, block_of
from engine.store.repositories import StoredRepository
from engine.variables.rules import LONGEST_NAME

#: Slack's limits: options of a menu, characters of a text field.
MOST_OPTIONS, LONGEST_INPUT = 100, 3000


def project(chosen: StoredRepository | None) -> Block:
    """Which project: Slack asks us for suggestions as one types."""
    menu = ExternalDataSelectElement(
        action_id=PROJECT,
        placeholder="Choose a project",
        min_query_length=0,
        initial_option=None if chosen is None else Option(value=str(chosen.id), text=shown(chosen.full_name)),
    )
    return InputBlock(block_id=PROJECT, label="Project", element=menu, dispatch_action=True)


def environment(repository_id: int, names: Sequence[str], chosen: str, *, tells: bool) -> Block:
    """Which of its environments; `tells`: its choice is told at once."""
    options = [Option(value=name, text=shown(name)) for name in names[:MOST_OPTIONS]]
    menu = StaticSelectElement(
        action_id=ENVIRONMENT,
        placeholder="Choose an environment",
        options=options,
        initial_option=next((each for each in options if each.value == chosen), None),
    )
    block = block_of(ENVIRONMENT, repository_id)
    return InputBlock(block_id=block, label="Environment", element=menu, dispatch_action=tells)


def ref(repository_id: int, chosen: str) -> Block:
    """Which branch, tag or commit."""
    text = PlainTextInputElement(
        action_id=REF,
        initial_value=chosen,
        max_length=LONGEST_REF,
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
    )
    return InputBlock(
        block_id=block_of(REF, repository_id),
        label="Branch, tag or commit",
        element=text,
        hint=PlainTextObject(text="Press Enter to see what would ship."),
        dispatch_action=True,
    )


def key(initial: str) -> Block:
    """The name of a variable."""
    text = PlainTextInputElement(
        action_id=KEY, initial_value=initial or None, max_length=LONGEST_NAME, placeholder="DATABASE_URL"
    )
    return InputBlock(block_id=KEY, label="Name", element=text)


def value() -> Block:
    """The value of a variable: written here, and never shown again."""
    text = PlainTextInputElement(action_id=VALUE, multiline=True, max_length=LONGEST_INPUT)
    hint = PlainTextObject(text="It is stored sealed and never shown again. A longer one is set on the project's page.")
    return InputBlock(block_id=VALUE, label="Value", element=text, hint=hint)


def guard() -> Block:
    """Whether a preview that would get the value refuses to start."""
    boxes = CheckboxesElement(action_id=GUARD, options=[Option(value=GUARD, text="No preview may get this value")])
    return InputBlock(block_id=GUARD, label="Guard", element=boxes, optional=True)


def reason() -> Block:
    """Why."""
    text = PlainTextInputElement(action_id=REASON, multiline=True, max_length=LONGEST_REASON, focus_on_load=True)
    return InputBlock(block_id=REASON, label="Why", element=text)
