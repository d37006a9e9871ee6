"""What people and the bot do below a pull request, with the webhooks that it fires."""

from collections.abc import Sequence

from playground.accounts import Account
from playground.comments import Comment, change_comment, drop_comment, store_comment
from playground.events import announce
from playground.faults.effects import record
from playground.hub import Hub
from playground.payloads.comments import comment_payload
from playground.payloads.pulls import full_pull_payload, issue_payload, label_payload
from playground.pulls import Label, PullRequest, change_pull, label_named, labels_of, pull_by_number
from playground.repositories import Repository


def say(hub: Hub, repository: Repository, pull: PullRequest, author: Account, body: str) -> Comment:
    """Adds a comment: `issue_comment` created."""
    with hub.database.writing():
        comment = store_comment(hub, repository, pull.number, author, body)
        change_pull(hub, pull, repository)
        _record(hub, "comment_created", comment, repository, author)
        _announce(hub, "created", comment, repository, author)
    return comment


def correct(hub: Hub, repository: Repository, comment: Comment, editor: Account, body: str) -> Comment:
    """Changes what a comment says: `issue_comment` edited."""
    with hub.database.writing():
        changed = change_comment(hub, repository, comment, body)
        _record(hub, "comment_edited", changed, repository, editor)
        _announce(hub, "edited", changed, repository, editor, changes={"body": {"from": comment.body}})
    return changed


def unsay(hub: Hub, repository: Repository, comment: Comment, remover: Account) -> None:
    """Takes a comment away: `issue_comment` deleted."""
    with hub.database.writing():
        _record(hub, "comment_deleted", comment, repository, remover)
        _announce(hub, "deleted", comment, repository, remover)
        drop_comment(hub, comment)


def add_labels(
    hub: Hub, repository: Repository, pull: PullRequest, sender: Account, names: Sequence[str]
) -> list[Label]:
    """Puts labels on: `pull_request` labeled, once for each that is new."""
    with hub.database.writing():
        for name in names:
            label = label_named(hub, repository, name)
            if label not in labels_of(hub, pull):
                hub.database.insert("pull_request_labels", pull_request_id=pull.id, label_id=label.id)
                _announce_label(hub, "labeled", label, repository, pull, sender)
    return labels_of(hub, pull)


def remove_label(hub: Hub, repository: Repository, pull: PullRequest, sender: Account, name: str) -> bool:
    """Takes a label off: `pull_request` unlabeled; says whether it was on."""
    with hub.database.writing():
        for label in labels_of(hub, pull):
            if label.name.lower() == name.lower():
                sql = "DELETE FROM pull_request_labels WHERE pull_request_id = ? AND label_id = ?"
                hub.database.execute(sql, pull.id, label.id)
                _announce_label(hub, "unlabeled", label, repository, pull, sender)
                return True
    return False


def _record(hub: Hub, kind: str, comment: Comment, repository: Repository, actor: Account) -> None:
    record(hub, kind, repository, id=comment.id, number=comment.number, actor=actor.login)


def _announce(
    hub: Hub,
    action: str,
    comment: Comment,
    repository: Repository,
    sender: Account,
    changes: dict[str, object] | None = None,
) -> None:
    pull = pull_by_number(hub, repository, comment.number)
    content: dict[str, object] = {"action": action, "issue": issue_payload(hub, pull, repository)}
    content["comment"] = comment_payload(hub, comment, repository)
    if changes is not None:
        content["changes"] = changes
    announce(hub, "issue_comment", content, repository=repository, sender=sender)


def _announce_label(
    hub: Hub, action: str, label: Label, repository: Repository, pull: PullRequest, sender: Account
) -> None:
    record(hub, f"pull_{action}", repository, number=pull.number, label=label.name, actor=sender.login)
    content = {
        "action": action,
        "number": pull.number,
        "pull_request": full_pull_payload(hub, pull, repository),
        "label": label_payload(hub, repository, label),
    }
    announce(hub, "pull_request", content, repository=repository, sender=sender)
