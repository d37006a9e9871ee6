"""Blocks as Slack keeps them: whatever has no id gets one."""

from typing import Any

from playground.slack.blocks.validation import elements_of
from playground.slack.ids import short_id


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks, each block and each element with an id."""
    filled = [{**block, "block_id": block.get("block_id") or short_id()} for block in blocks]
    return [_elements(block) for block in filled]


def find_element(blocks: list[dict[str, Any]], action_id: str, block_id: str = "") -> tuple[str, dict[str, Any]] | None:
    """The block's id and the element of an action, the first where no block is named."""
    for block in blocks:
        for element in elements_of(block):
            if element["action_id"] == action_id and block_id in ("", block["block_id"]):
                return block["block_id"], element
    return None


def _elements(block: dict[str, Any]) -> dict[str, Any]:
    usable = [id(one) for one in elements_of(block)]

    def fill(one: Any) -> Any:
        return {**one, "action_id": one.get("action_id") or short_id()} if id(one) in usable else one

    changed: dict[str, Any] = {name: fill(block[name]) for name in ("accessory", "element") if name in block}
    if "elements" in block:
        changed["elements"] = [fill(one) for one in block["elements"]]
    return {**block, **changed}
