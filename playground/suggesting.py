"""Suggested changes taken over: a commit by whoever presses the button, with whoever suggested it beside them."""

import re

from playground.accounts import Account, account_by_id
from playground.hub import Hub
from playground.objects import Signature, blob, commit, tree_entry
from playground.pulls import PullRequest
from playground.pushes import RefChange, move_refs
from playground.refusals import Invalid
from playground.repositories import git_dir, repository_by_id
from playground.review_comments import ReviewComment
from playground.trees import Draft, ModeBlob, commit_tree, laid_over, write_blob

SUGGESTED = re.compile(r"^(?P<ticks>`{3,})suggestion\n(?P<text>(?:.*\n)*?)(?P=ticks)$", re.MULTILINE)


def to_take_over(pull: PullRequest, comment: ReviewComment) -> str | None:
    """What a comment would put in the place of its lines; nothing where a button leads nowhere."""
    found = SUGGESTED.search(comment.body.replace("\r\n", "\n"))
    return found["text"] if found and pull.state == "open" and comment.sha == pull.head_sha else None


def take_over(hub: Hub, pull: PullRequest, comment: ReviewComment, presser: Account) -> str:
    """Commits a suggestion on the pull request's branch and returns the commit; refused once lines have moved."""
    text, head = to_take_over(pull, comment), repository_by_id(hub, pull.head_repository_id)
    if text is None:
        raise Invalid("This suggestion is outdated.")
    path = git_dir(hub, head)
    entry = tree_entry(path, pull.head_sha, comment.path)
    if entry is None:
        raise Invalid("This suggestion is outdated.")
    lines = blob(path, entry.sha).decode(errors="surrogateescape").splitlines(keepends=True)
    lines[(comment.start_line or comment.line) - 1 : comment.line] = [text]
    sha = write_blob(path, "".join(lines).encode(errors="surrogateescape"))
    tree = laid_over(path, commit(path, pull.head_sha).tree, [ModeBlob(entry.mode, sha, comment.path)])
    other = account_by_id(hub.database, comment.author_id)
    message = f"Update {comment.path}\n\nCo-authored-by: {other.login} <{other.email}>"
    made = commit_tree(
        path, tree, Draft(message, Signature(presser.name, presser.email, hub.now())), parents=[pull.head_sha]
    )
    move_refs(hub, head, presser, [RefChange(f"refs/heads/{pull.head_ref}", pull.head_sha, made)])
    return made
