"""Whether Slack takes a list of blocks or a view, and what it says where it doesn't."""

from typing import Any

import orjson

from playground.slack.blocks.elements import ACCESSORY, ASKING, IMAGE, INTERACTIVE
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
    typed,
)

MOST_IN_A_MESSAGE = 50
MOST_IN_A_VIEW = 100
MOST_BYTES_OF_A_VIEW = 250_000


def _block(**parts: Part) -> Check:
    return shaped({"type": need(string(40)), "block_id": may(string(255)), **parts})


def _says_something(value: Any, pointer: str, problems: Problems) -> None:
    if "text" not in value and "fields" not in value:
        problems.add("must define either `fields` or `text`", pointer)


BLOCKS: dict[str, Check] = {
    "section": both(
        _block(
            text=may(text(3000, BOTH)),
            fields=may(items(text(2000, BOTH), 10)),
            accessory=may(typed(ACCESSORY)),
            expand=may(flag),
        ),
        _says_something,
    ),
    "header": _block(text=need(text(150))),
    "context": _block(elements=need(items(typed({"image": IMAGE, **{kind: text(3000, BOTH) for kind in BOTH}}), 10))),
    "actions": _block(elements=need(items(typed(INTERACTIVE), 25))),
    "divider": _block(),
    "image": _block(image_url=need(address), alt_text=need(string(2000)), title=may(text(2000))),
    "input": _block(
        label=need(text(2000)),
        element=need(typed(ASKING)),
        dispatch_action=may(flag),
        hint=may(text(2000)),
        optional=may(flag),
    ),
}
VIEW_PARTS: dict[str, Part] = {
    "blocks": need(items(typed(BLOCKS), MOST_IN_A_VIEW, least=0)),
    "private_metadata": may(string(3000, least=0)),
    "callback_id": may(string(255, least=0)),
    "external_id": may(string(255, least=0)),
}
MODAL = shaped(
    {
        "type": need(one_of("modal")),
        "title": need(text(24)),
        "submit": may(text(24)),
        "close": may(text(24)),
        "clear_on_close": may(flag),
        "notify_on_close": may(flag),
        "submit_disabled": may(flag),
        **VIEW_PARTS,
    }
)
HOME = shaped({"type": need(one_of("home")), **VIEW_PARTS})


def problems_of_blocks(blocks: Any) -> list[str]:
    """Everything that is wrong with the blocks of a message."""
    problems = Problems()
    items(typed(BLOCKS), MOST_IN_A_MESSAGE, least=0)(blocks, "/blocks", problems)
    if not problems.found:
        _ids(blocks, "/blocks", problems)
    return problems.found


def problems_of_view(view: Any, kind: str) -> list[str]:
    """Everything that is wrong with a modal or a home."""
    problems = Problems()
    (MODAL if kind == "modal" else HOME)(view, "/view", problems)
    if problems.found:
        return problems.found
    _ids(view["blocks"], "/view/blocks", problems)
    if kind == "modal" and "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        problems.add("missing required field: submit", "/view")
    if len(orjson.dumps(view)) > MOST_BYTES_OF_A_VIEW:
        problems.add("view is too large", "/view")
    return problems.found


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything in a block that somebody can use."""
    found = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [one for one in found if isinstance(one, dict) and one.get("type") in {**INTERACTIVE, **ASKING}]


def _ids(blocks: list[dict[str, Any]], pointer: str, problems: Problems) -> None:
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"{pointer}/{number}"
        if "block_id" in block and block["block_id"] in seen:
            problems.add(f"block_id already exists: {block['block_id']}", f"{place}/block_id")
        seen.add(block.get("block_id", ""))
        actions = [one["action_id"] for one in elements_of(block) if "action_id" in one]
        for action in {one for one in actions if actions.count(one) > 1}:
            problems.add(f"action_id already exists: {action}", f"{place}/elements")
