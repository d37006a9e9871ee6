"""Branches and tags made, moved and deleted without a push."""

from playground.access import WRITE_CONTENTS, author_of
from playground.api.call import Answer, Body, Call
from playground.git import NO_COMMIT
from playground.objects import has_commit, is_ancestor, refs
from playground.payloads.commits import ref_payload
from playground.protecting import check_open
from playground.pushes import RefChange, move_refs
from playground.refusals import Invalid
from playground.repositories import Repository, git_dir

KINDS = ("refs/heads/", "refs/tags/")


class RefRequest(Body):
    """A ref to be made."""

    ref: str
    sha: str


class RefMove(Body):
    """Where a ref shall point."""

    sha: str
    force: bool = False


def create_ref(call: Call) -> Answer:
    repository = call.repository(WRITE_CONTENTS)
    request = call.read(RefRequest)
    path = git_dir(call.hub, repository)
    if not request.ref.startswith(KINDS):
        raise Invalid("Reference name must start with 'refs/' and contain at least two slashes.")
    if refs(path, request.ref):
        raise Invalid("Reference already exists")
    _check_object(repository, call, request.sha)
    _move(call, repository, RefChange(request.ref, NO_COMMIT, request.sha))
    return Answer(ref_payload(call.hub, repository, request.ref, request.sha), 201)


def move_ref(call: Call) -> Answer:
    """Moves a ref forwards; elsewhere only by force."""
    repository = call.repository(WRITE_CONTENTS)
    request = call.read(RefMove)
    name, before = _known(call, repository)
    _check_object(repository, call, request.sha)
    if not request.force and not is_ancestor(git_dir(call.hub, repository), before, request.sha):
        raise Invalid("Update is not a fast forward")
    check_open(call.hub, repository, name)
    _move(call, repository, RefChange(name, before, request.sha))
    return Answer(ref_payload(call.hub, repository, name, request.sha))


def delete_ref(call: Call) -> Answer:
    repository = call.repository(WRITE_CONTENTS)
    name, before = _known(call, repository)
    if name == f"refs/heads/{repository.default_branch}":
        raise Invalid("Cannot delete the default branch")
    _move(call, repository, RefChange(name, before, NO_COMMIT))
    return Answer(status=204)


def _known(call: Call, repository: Repository) -> tuple[str, str]:
    name = f"refs/{call.path['ref']}"
    before = refs(git_dir(call.hub, repository), name).get(name)
    if before is None or not name.startswith(KINDS):
        raise Invalid("Reference does not exist")
    return name, before


def _check_object(repository: Repository, call: Call, sha: str) -> None:
    if not has_commit(git_dir(call.hub, repository), sha):
        raise Invalid("Object does not exist")


def _move(call: Call, repository: Repository, change: RefChange) -> None:
    move_refs(call.hub, repository, author_of(call.hub, call.caller), [change])
