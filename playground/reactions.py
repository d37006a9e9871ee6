"""Reactions to comments: one of each kind for everybody."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.hub import Hub

CONTENTS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


@dataclass(frozen=True)
class Reaction:
    """What somebody thinks of a comment."""

    id: int
    comment_id: int
    author_id: int
    content: str
    created_at: str


def reactions_to(hub: Hub, comment_id: int) -> list[Reaction]:
    return hub.database.all(Reaction, "SELECT * FROM reactions WHERE comment_id = ? ORDER BY id", comment_id)


def add_reaction(hub: Hub, comment_id: int, author: Account, content: str) -> tuple[Reaction, bool]:
    """The reaction, and whether it is new: the same one twice is the first one."""
    sql = "SELECT * FROM reactions WHERE comment_id = ? AND author_id = ? AND content = ?"
    with hub.database.writing():
        found = hub.database.one(Reaction, sql, comment_id, author.id, content)
        if found is not None:
            return found, False
        now = hub.now()
        reaction_id = hub.database.insert(
            "reactions", comment_id=comment_id, author_id=author.id, content=content, created_at=now
        )
    return Reaction(reaction_id, comment_id, author.id, content, now), True


def reaction_by_id(hub: Hub, comment_id: int, reaction_id: int) -> Reaction | None:
    sql = "SELECT * FROM reactions WHERE id = ? AND comment_id = ?"
    return hub.database.one(Reaction, sql, reaction_id, comment_id)


def remove_reaction(hub: Hub, reaction: Reaction) -> None:
    hub.database.execute("DELETE FROM reactions WHERE id = ?", reaction.id)
