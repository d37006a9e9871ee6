"""The reactions on a command's comment: 👀 when it was received, then 🚀 or 👎."""

from dataclasses import dataclass

from engine.store import asks
from engine.store.asks import Ask
from engine.store.repositories import StoredRepository

#: By an ask's state, GitHub's names of the reactions that should be there.
REACTIONS: dict[str, tuple[str, ...]] = {
    asks.RECEIVED: ("eyes",),
    asks.WORKING: ("eyes",),
    asks.DONE: ("eyes", "rocket"),
    asks.REFUSED: ("eyes", "-1"),
    asks.FAILED: ("eyes", "-1"),
}


@dataclass(frozen=True)
class Reactions:
    """What should be on a comment."""

    repository: StoredRepository
    comment_id: int
    contents: tuple[str, ...]


def reactions_of(ask: Ask, repository: StoredRepository) -> Reactions:
    """The reactions that show how the ask went."""
    return Reactions(repository, ask.comment_id, REACTIONS[ask.state])
