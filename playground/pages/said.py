"""Comments as the page of a pull request shows them."""

from dataclasses import dataclass

from playground.accounts import Account, account_by_id
from playground.comments import Comment
from playground.hub import Hub
from playground.payloads.pulls import author_association
from playground.reactions import Reaction, reactions_to
from playground.repositories import Repository

#: With words, since not every machine has a font with the pictures.
PICTURES = {
    "+1": "👍 yes",
    "-1": "👎 no",
    "laugh": "😄 laugh",
    "hooray": "🎉 hooray",
    "confused": "😕 confused",
    "heart": "❤️ heart",
    "rocket": "🚀 rocket",
    "eyes": "👀 eyes",
}


@dataclass(frozen=True)
class Said:
    """A comment with all that is shown beside it."""

    comment: Comment
    author: Account
    association: str
    #: Each kind of reaction with its picture, how many, and whose.
    reactions: list[tuple[str, int, str]]


def said_of(hub: Hub, repository: Repository, said: Comment) -> Said:
    """A comment as the page shows it."""
    author = account_by_id(hub.database, said.author_id)
    reactions = reactions_to(hub, said.id)
    return Said(said, author, author_association(hub, author, repository), _summed(hub, reactions))


def _summed(hub: Hub, reactions: list[Reaction]) -> list[tuple[str, int, str]]:
    summed = []
    for content, picture in PICTURES.items():
        same = [one for one in reactions if one.content == content]
        if same:
            names = ", ".join(account_by_id(hub.database, one.author_id).login for one in same)
            summed.append((picture, len(same), names))
    return summed
