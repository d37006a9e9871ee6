"""Comments on commits: whoever reads says something; only who may push changes what others said."""

from typing import Annotated

from pydantic import Field

from playground.access import (
    CHANGE_COMMIT_COMMENTS,
    COMMENT_COMMITS,
    NEEDS_PUSH,
    READ_METADATA,
    Need,
    author_of,
)
from playground.api.call import Answer, Body, Call, paged
from playground.callers import APerson
from playground.commit_comments import (
    CommitComment,
    Place,
    comments_on_commit,
    commit_comment_by_id,
    commit_comments_of,
)
from playground.objects import tree_entry
from playground.payloads.commit_comments import commit_comment_payload
from playground.refusals import Forbidden, Invalid
from playground.remarks import correct_remark, remark, take_back_remark
from playground.repositories import Repository, commit_named, git_dir, role_of
from playground.roles import at_least

Counted = Annotated[int, Field(ge=1)]


class RemarkChange(Body):
    """What is said."""

    body: str


class RemarkRequest(RemarkChange):
    """What is said, and perhaps where."""

    path: str | None = None
    position: Counted | None = None
    line: Counted | None = None


def list_on_commit(call: Call) -> Answer:
    repository = call.repository(READ_METADATA)
    sha = commit_named(call.hub, repository, call.path["ref"])
    found = comments_on_commit(call.hub, repository, sha)
    return paged(call, found, lambda one: commit_comment_payload(call.hub, one, repository))


def list_all(call: Call) -> Answer:
    repository = call.repository(READ_METADATA)
    found = commit_comments_of(call.hub, repository)
    return paged(call, found, lambda one: commit_comment_payload(call.hub, one, repository))


def create(call: Call) -> Answer:
    repository = call.repository(COMMENT_COMMITS)
    sha = commit_named(call.hub, repository, call.path["ref"])
    request = call.read(RemarkRequest)
    if request.path is not None and tree_entry(git_dir(call.hub, repository), sha, request.path) is None:
        raise Invalid.field("CommitComment", "path", "invalid")
    place = Place(request.path, request.position, request.line)
    said = remark(call.hub, repository, sha, author_of(call.hub, call.caller), request.body, place)
    shown = commit_comment_payload(call.hub, said, repository)
    return Answer(shown, 201, {"Location": str(shown["url"])})


def show(call: Call) -> Answer:
    repository, comment = _comment(call, READ_METADATA)
    return Answer(commit_comment_payload(call.hub, comment, repository))


def change(call: Call) -> Answer:
    repository, comment = _own(call)
    editor = author_of(call.hub, call.caller)
    changed = correct_remark(call.hub, repository, comment, editor, call.read(RemarkChange).body)
    return Answer(commit_comment_payload(call.hub, changed, repository))


def delete(call: Call) -> Answer:
    repository, comment = _own(call)
    take_back_remark(call.hub, repository, comment, author_of(call.hub, call.caller))
    return Answer(status=204)


def _own(call: Call) -> tuple[Repository, CommitComment]:
    """People change what they said themselves, and what others said with write permission."""
    repository, comment = _comment(call, CHANGE_COMMIT_COMMENTS)
    caller = call.caller
    if not isinstance(caller, APerson) or caller.account.id == comment.author_id:
        return repository, comment
    if not at_least(role_of(call.hub, caller.account, repository), "write"):
        raise Forbidden(NEEDS_PUSH)
    return repository, comment


def _comment(call: Call, need: Need) -> tuple[Repository, CommitComment]:
    repository = call.repository(need)
    return repository, commit_comment_by_id(call.hub, repository, call.number("comment"))
