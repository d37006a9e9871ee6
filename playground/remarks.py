"""What people and bots say about commits, with the webhook that it fires."""

from playground.accounts import Account
from playground.commit_comments import (
    CommitComment,
    Place,
    change_commit_comment,
    drop_commit_comment,
    store_commit_comment,
)
from playground.events import announce
from playground.faults.effects import record
from playground.hub import Hub
from playground.payloads.commit_comments import commit_comment_payload
from playground.repositories import Repository


def remark(
    hub: Hub, repository: Repository, sha: str, author: Account, body: str, place: Place | None = None
) -> CommitComment:
    """Says something about a commit: `commit_comment` created, the only one that GitHub sends."""
    with hub.database.writing():
        said = store_commit_comment(hub, repository, sha, author, body, place or Place())
        _record(hub, "commit_comment_created", said, repository, author)
        content = {"action": "created", "comment": commit_comment_payload(hub, said, repository)}
        announce(hub, "commit_comment", content, repository=repository, sender=author)
    return said


def correct_remark(
    hub: Hub, repository: Repository, comment: CommitComment, editor: Account, body: str
) -> CommitComment:
    """Changes what was said about a commit."""
    with hub.database.writing():
        changed = change_commit_comment(hub, repository, comment, body)
        _record(hub, "commit_comment_edited", changed, repository, editor)
    return changed


def take_back_remark(hub: Hub, repository: Repository, comment: CommitComment, remover: Account) -> None:
    """Deletes what was said about a commit."""
    with hub.database.writing():
        _record(hub, "commit_comment_deleted", comment, repository, remover)
        drop_commit_comment(hub, comment)


def _record(hub: Hub, kind: str, comment: CommitComment, repository: Repository, actor: Account) -> None:
    record(hub, kind, repository, id=comment.id, sha=comment.sha, actor=actor.login)
