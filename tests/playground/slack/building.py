"""Blocks and views as tests write them."""

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> Block:
    return {"type": "section", "text": marked(text)}


def button(action: str, **more: Any) -> Block:
    return {"type": "button", "action_id": action, "text": plain(action.capitalize()), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def option(word: str) -> Block:
    return {"text": plain(word), "value": word}


def asking(name: str, **element: Any) -> Block:
    """An input block whose block and action have one name; a text, unless the element says otherwise."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name.capitalize()),
        "element": {"type": "plain_text_input", "action_id": name, **element},
    }


def modal(*blocks: Block, **more: Any) -> Block:
    return {
        "type": "modal",
        "callback_id": "deploy",
        "title": plain("Deploy"),
        "submit": plain("Go"),
        "blocks": list(blocks),
    } | more


def home(*blocks: Block) -> Block:
    return {"type": "home", "blocks": list(blocks)}
