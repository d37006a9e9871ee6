"""What somebody filled in: Slack's `state.values`, block → action → value."""

from collections.abc import Iterator
from typing import Any

from playground.slack.blocks.validation import elements_of

State = dict[str, dict[str, dict[str, Any]]]
TOO_SHORT = "Please write at least {least} characters."
TOO_LONG = "Please write at most {most} characters."
MISSING = "Please complete this required field."


def state_of(blocks: list[dict[str, Any]], kept: State) -> State:
    """What the elements hold: what was filled in before, while the same field is there, else what they begin with."""
    found: State = {}
    for block_id, element in stateful(blocks):
        before = kept.get(block_id, {}).get(element["action_id"])
        same = before is not None and before["type"] == element["type"]
        found.setdefault(block_id, {})[element["action_id"]] = before if before and same else _at_first(element)
    return found


def stateful(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every element that holds something, with its block's id."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in ("button", "overflow"):
                yield block["block_id"], element


def filled(element: dict[str, Any], given: Any) -> dict[str, Any]:
    """What an element holds once this was put into it: a text, the value of an option, an option, or a list of them."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": str(given) if given not in (None, "") else None}
    if kind == "checkboxes":
        chosen = given if isinstance(given, list) else [given] if given else []
        return {"type": kind, "selected_options": [one for each in chosen if (one := option_of(element, each))]}
    return {"type": kind, "selected_option": option_of(element, given)}


def option_of(element: dict[str, Any], given: Any) -> dict[str, Any] | None:
    """The option that is meant: itself, or the one with this value or this text."""
    if isinstance(given, dict):
        return given
    for one in options_of(element):
        if given in (one["value"], one["text"]["text"]):
            return one
    return None


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that may be chosen, out of its groups too."""
    grouped = [one for group in element.get("option_groups", []) for one in group["options"]]
    return [*element.get("options", []), *grouped]


def missing(blocks: list[dict[str, Any]], state: State) -> dict[str, str]:
    """What Slack itself says below the fields, before the app hears of anything."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            wrong = _wrong(element, state[block["block_id"]][element["action_id"]], bool(block.get("optional")))
            if wrong:
                errors[block["block_id"]] = wrong
    return errors


def _wrong(element: dict[str, Any], held: dict[str, Any], optional: bool) -> str:
    content = held.get("value") or held.get("selected_option") or held.get("selected_options")
    if not content:
        return "" if optional else MISSING
    if element["type"] != "plain_text_input":
        return ""
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(content) < least:
        return TOO_SHORT.format(least=least)
    return TOO_LONG.format(most=most) if len(content) > most else ""


def _at_first(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value")}
    if kind == "checkboxes":
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    return {"type": kind, "selected_option": element.get("initial_option")}
