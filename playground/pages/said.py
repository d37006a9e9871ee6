"""Comments as the page of a pull request shows them."""

from dataclasses import dataclass

from playground.accounts import Account, account_by_id
from playground.comments import Comment
from playground.hub import Hub
from playground.payloads.pulls import author_association
from playground.pulls import PullRequest
from playground.reactions import Reaction, reactions_to
from playground.repositories import Repository
from playground.review_comments import ReviewComment
from playground.suggesting import to_take_over

#: Lines of a difference that are shown above what was said about them.
HUNK_LINES = 4

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


@dataclass(frozen=True)
class Reviewed:
    """A comment on lines with the end of the difference that it is about."""

    comment: ReviewComment
    author: Account
    hunk: list[str]
    #: Whether its suggestion can be taken over at the head.
    suggests: bool


def reviewed_of(hub: Hub, pull: PullRequest, said: ReviewComment) -> Reviewed:
    """A comment on lines as the page shows it."""
    author = account_by_id(hub.database, said.author_id)
    hunk, suggests = said.diff_hunk.split("\n")[-HUNK_LINES:], to_take_over(pull, said) is not None
    return Reviewed(said, author, hunk, suggests)


def _summed(hub: Hub, reactions: list[Reaction]) -> list[tuple[str, int, str]]:
    summed = []
    for content, picture in PICTURES.items():
        same = [one for one in reactions if one.content == content]
        if same:
            names = ", ".join(account_by_id(hub.database, one.author_id).login for one in same)
            summed.append((picture, len(same), names))
    return summed
