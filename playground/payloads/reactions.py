"""Reactions and their sums."""

from collections.abc import Sequence
from typing import Any

from playground.accounts import account_by_id
from playground.hub import Hub
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id
from playground.reactions import CONTENTS, Reaction

NO_REACTIONS: dict[str, int] = {"total_count": 0, **dict.fromkeys(CONTENTS, 0)}


def reaction_payload(hub: Hub, reaction: Reaction) -> dict[str, Any]:
    return {
        "id": reaction.id,
        "node_id": node_id("REA", reaction.id),
        "user": account_payload(hub, account_by_id(hub.database, reaction.author_id)),
        "content": reaction.content,
        "created_at": reaction.created_at,
    }


def reaction_sums(reactions: Sequence[Reaction]) -> dict[str, int]:
    """How many of each kind there are."""
    counted = dict(NO_REACTIONS)
    for reaction in reactions:
        counted[reaction.content] += 1
        counted["total_count"] += 1
    return counted
