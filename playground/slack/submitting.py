"""Sending a modal off, closing it, and asking the app what could be chosen."""

from typing import Any

from playground.faults.effects import record
from playground.refusals import Invalid
from playground.slack.blocks.filling import find_element
from playground.slack.blocks.state import missing
from playground.slack.blocks.validation import problems_of_view
from playground.slack.channels import Channel
from playground.slack.done import Done
from playground.slack.interactions import NO_SUCH_ACTION, ask, container_of, read_values
from playground.slack.messages import Message
from playground.slack.payloads import view_payload
from playground.slack.signed import Answer
from playground.slack.slack import Slack
from playground.slack.triggers import make_trigger
from playground.slack.users import User
from playground.slack.views import View, change_view, close_modal, close_modals, fill_in, push_modal

TROUBLE = "We had some trouble connecting. Try again?"
NO_OPTIONS = "No result"


def submit(slack: Slack, user: User, view: View, values: dict[str, Any]) -> Done:
    """Somebody presses a modal's own button; what isn't filled in is said before the app hears of it."""
    if view.kind != "modal" or view.content.get("submit") is None:
        raise Invalid("There is nothing to send off here.")
    state = read_values(view, values)
    view = fill_in(slack, view, state, missing(view.blocks, state))
    if view.errors:
        return Done(errors=view.errors, view=view)
    trigger = make_trigger(slack, user)
    payload = {"trigger_id": trigger, "view": view_payload(slack, view), "response_urls": []}
    answer = ask(slack, user, "view_submission", str(view.content.get("callback_id", "")), payload)
    done = _answered(slack, view, answer)
    return Done(answer, done.said, done.errors, done.view, trigger_id=trigger)


def close(slack: Slack, user: User, view: View) -> Done:
    """Somebody closes a modal; the app is told where it wants that."""
    clear = bool(view.content.get("clear_on_close"))
    if clear:
        close_modals(slack, user.id)
    else:
        close_modal(slack, view)
    if not view.content.get("notify_on_close"):
        return Done()
    payload = {"view": view_payload(slack, view), "is_cleared": clear}
    return Done(ask(slack, user, "view_closed", str(view.content.get("callback_id", "")), payload))


def suggest_in_view(slack: Slack, user: User, view: View, action: str, typed: str) -> list[dict[str, Any]]:
    """What the app offers for a select of a modal or of App Home."""
    payload = {"container": {"type": "view", "view_id": view.id}, "view": view_payload(slack, view)}
    return _suggest(slack, user, view.blocks, action, typed, payload)


def suggest_on_message(
    slack: Slack, user: User, channel: Channel, message: Message, action: str, typed: str
) -> list[dict[str, Any]]:
    """What the app offers for a select of a message."""
    place = {"container": container_of(slack, channel, message), "channel": {"id": channel.id, "name": channel.name}}
    return _suggest(slack, user, message.blocks, action, typed, place)


def _suggest(
    slack: Slack, user: User, blocks: list[dict[str, Any]], action: str, typed: str, payload: dict[str, Any]
) -> list[dict[str, Any]]:
    found = find_element(blocks, action)
    if found is None or found[1]["type"] != "external_select":
        raise Invalid(NO_SUCH_ACTION)
    block_id, element = found
    if len(typed) < element.get("min_query_length", 3):
        return []
    asked = payload | {"action_id": action, "block_id": block_id, "value": typed}
    content = ask(slack, user, "block_suggestion", action, asked, "options").content
    said = content if isinstance(content, dict) else {}
    groups = said.get("option_groups") or []
    options = [*(said.get("options") or []), *(one for group in groups for one in group["options"])]
    return options[:100]


def _answered(slack: Slack, view: View, answer: Answer) -> Done:
    if answer.trouble:
        return Done(answer, TROUBLE, view=view)
    said = answer.content if isinstance(answer.content, dict) else {}
    match said.get("response_action"):
        case None:
            close_modal(slack, view)
            return Done(answer)
        case "clear":
            close_modals(slack, view.user_id)
            return Done(answer)
        case "errors":
            return _errors(slack, view, answer, said.get("errors"))
        case "update" | "push":
            return _other(slack, view, answer, said)
        case _:
            return Done(answer, TROUBLE, view=view)


def _errors(slack: Slack, view: View, answer: Answer, errors: Any) -> Done:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    # Slack shows errors below inputs only, and takes an answer with any other for none.
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        return Done(answer, TROUBLE, view=view)
    shown = fill_in(slack, view, view.state, {block: str(words) for block, words in errors.items()})
    return Done(answer, errors=shown.errors, view=shown)


def _other(slack: Slack, view: View, answer: Answer, said: dict[str, Any]) -> Done:
    content = said.get("view")
    if not isinstance(content, dict) or problems_of_view(content, "modal"):
        return Done(answer, TROUBLE, view=view)
    with slack.database.writing():
        push = said["response_action"] == "push"
        shown = push_modal(slack, view, content) if push else change_view(slack, view, content)
        record(slack.hub, "slack_view_opened" if push else "slack_view_updated", view=shown.id, user=view.user_id)
    return Done(answer, view=shown)
