"""Comments, reactions and labels."""

from playground.access import (
    NEEDS_PUSH,
    READ_CONVERSATION,
    TRIAGE,
    WRITE_CONVERSATION,
    Need,
    author_of,
)
from playground.api.call import Answer, Body, Call, paged
from playground.callers import APerson
from playground.comments import Comment, comment_by_id, comments_on
from playground.conversation import add_labels, correct, remove_label, say, unsay
from playground.faults.effects import record
from playground.payloads.comments import comment_payload
from playground.payloads.pulls import label_payload
from playground.payloads.reactions import reaction_payload
from playground.pulls import labels_of
from playground.reactions import CONTENTS, add_reaction, reaction_by_id, reactions_to, remove_reaction
from playground.refusals import Forbidden, Invalid, NotFound
from playground.repositories import Repository, role_of
from playground.roles import at_least


class CommentRequest(Body):
    """What is said."""

    body: str


class ReactionRequest(Body):
    """How somebody feels about it."""

    content: str


def list_comments(call: Call) -> Answer:
    """Oldest first; `since` keeps what was changed at or after a moment."""
    repository = call.repository(READ_CONVERSATION)
    found = comments_on(call.hub, repository, call.pull(repository).number)
    since = call.query.get("since", "")
    kept = [one for one in found if one.updated_at >= since]
    return paged(call, kept, lambda one: comment_payload(call.hub, one, repository))


def list_all_comments(call: Call) -> Answer:
    repository = call.repository(READ_CONVERSATION)
    sql = "SELECT * FROM comments WHERE repository_id = ? ORDER BY id"
    found = call.hub.database.all(Comment, sql, repository.id)
    return paged(call, found, lambda one: comment_payload(call.hub, one, repository))


def create_comment(call: Call) -> Answer:
    repository = call.repository(WRITE_CONVERSATION)
    pull = call.pull(repository)
    said = say(call.hub, repository, pull, author_of(call.hub, call.caller), call.read(CommentRequest).body)
    shown = comment_payload(call.hub, said, repository)
    return Answer(shown, 201, {"Location": str(shown["url"])})


def show_comment(call: Call) -> Answer:
    repository, comment = _comment(call, READ_CONVERSATION)
    return Answer(comment_payload(call.hub, comment, repository))


def change_comment(call: Call) -> Answer:
    repository, comment = _comment(call, WRITE_CONVERSATION)
    _check_own(call, repository, comment.author_id)
    editor = author_of(call.hub, call.caller)
    changed = correct(call.hub, repository, comment, editor, call.read(CommentRequest).body)
    return Answer(comment_payload(call.hub, changed, repository))


def delete_comment(call: Call) -> Answer:
    repository, comment = _comment(call, WRITE_CONVERSATION)
    _check_own(call, repository, comment.author_id)
    unsay(call.hub, repository, comment, author_of(call.hub, call.caller))
    return Answer(status=204)


def list_reactions(call: Call) -> Answer:
    _, comment = _comment(call, READ_CONVERSATION)
    wanted = call.query.get("content")
    found = [one for one in reactions_to(call.hub, comment.id) if wanted in (None, one.content)]
    return paged(call, found, lambda one: reaction_payload(call.hub, one))


def create_reaction(call: Call) -> Answer:
    """201 with a new reaction, 200 with the one that was there."""
    repository, comment = _comment(call, WRITE_CONVERSATION)
    content = call.read(ReactionRequest).content
    if content not in CONTENTS:
        raise Invalid.field("Reaction", "content", "invalid")
    author = author_of(call.hub, call.caller)
    with call.hub.database.writing():
        reaction, is_new = add_reaction(call.hub, comment.id, author, content)
        if is_new:
            said = {"content": content, "comment_id": comment.id, "number": comment.number}
            record(call.hub, "reaction_created", repository, id=reaction.id, actor=author.login, **said)
    return Answer(reaction_payload(call.hub, reaction), 201 if is_new else 200)


def delete_reaction(call: Call) -> Answer:
    repository, comment = _comment(call, WRITE_CONVERSATION)
    reaction = reaction_by_id(call.hub, comment.id, call.number("reaction"))
    if reaction is None:
        raise NotFound()
    if reaction.author_id != author_of(call.hub, call.caller).id:
        _check_own(call, repository, reaction.author_id)
    with call.hub.database.writing():
        remove_reaction(call.hub, reaction)
        record(call.hub, "reaction_deleted", repository, id=reaction.id, comment_id=comment.id, number=comment.number)
    return Answer(status=204)


def list_labels(call: Call) -> Answer:
    repository = call.repository(READ_CONVERSATION)
    labels = labels_of(call.hub, call.pull(repository))
    return paged(call, labels, lambda one: label_payload(call.hub, repository, one))


def put_labels(call: Call) -> Answer:
    """Adds labels, given as `{"labels": […]}` or as a bare list."""
    repository = call.repository(TRIAGE)
    pull = call.pull(repository)
    said = call.json()
    names = said.get("labels") if isinstance(said, dict) else said
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise Invalid.field("Label", "labels", "missing_field")
    labels = add_labels(call.hub, repository, pull, author_of(call.hub, call.caller), names)
    return Answer([label_payload(call.hub, repository, one) for one in labels])


def take_label(call: Call) -> Answer:
    repository = call.repository(TRIAGE)
    pull = call.pull(repository)
    if not remove_label(call.hub, repository, pull, author_of(call.hub, call.caller), call.path["label"]):
        raise NotFound("Label does not exist")
    return Answer([label_payload(call.hub, repository, one) for one in labels_of(call.hub, pull)])


def _comment(call: Call, need: Need) -> tuple[Repository, Comment]:
    repository = call.repository(need)
    return repository, comment_by_id(call.hub, repository, call.number("comment"))


def _check_own(call: Call, repository: Repository, author_id: int) -> None:
    """People change what they said themselves, and what others said with write permission."""
    caller = call.caller
    if not isinstance(caller, APerson) or caller.account.id == author_id:
        return
    if not at_least(role_of(call.hub, caller.account, repository), "write"):
        raise Forbidden(NEEDS_PUSH)
