"""Git's own objects, read and made one by one; no branch has what is made until a ref moves."""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import Field

from playground.access import READ_CONTENTS, WRITE_CONTENTS, author_of
from playground.api.call import Answer, Body, Call
from playground.objects import Signature, blob, commit, has_commit, tree_entries
from playground.payloads.git_objects import git_commit_payload, tree_payload
from playground.payloads.repositories import api_url
from playground.refusals import Conflict, Invalid, NotFound
from playground.repositories import Repository, git_dir
from playground.trees import Draft, ModeBlob, commit_tree, has_object, is_empty, laid_over, write_blob

MODES = Literal["100644", "100755", "160000", "120000"]


class BlobRequest(Body):
    """The bytes of a file."""

    content: str
    encoding: Literal["utf-8", "base64"] = "utf-8"


class EntryRequest(Body):
    """A name of a tree: a blob by its sha, or its content; a sha of null takes it away."""

    path: Annotated[str, Field(min_length=1)]
    mode: MODES
    type: Literal["blob", "tree", "commit"] = "blob"
    sha: str | None = None
    content: str | None = None


class TreeRequest(Body):
    """Names laid over those of another tree."""

    tree: list[EntryRequest]
    base_tree: str | None = None


class Person(Body):
    """Who wrote it, where that isn't the caller."""

    name: str
    email: str
    date: str | None = None


class CommitRequest(Body):
    """A commit to be."""

    message: str
    tree: str
    parents: list[str] = Field(default_factory=list)
    author: Person | None = None
    committer: Person | None = None


def create_blob(call: Call) -> Answer:
    repository = _writable(call)
    request = call.read(BlobRequest)
    try:
        content = base64.b64decode(request.content) if request.encoding == "base64" else request.content.encode()
    except binascii.Error as problem:
        raise Invalid("content is not valid Base64") from problem
    sha = write_blob(git_dir(call.hub, repository), content)
    return Answer({"sha": sha, "url": f"{api_url(call.hub, repository)}/git/blobs/{sha}"}, 201)


def show_blob(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    sha = call.path["sha"]
    if not has_object(git_dir(call.hub, repository), sha, "blob"):
        raise NotFound()
    content = blob(git_dir(call.hub, repository), sha)
    shown: dict[str, Any] = {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": len(content),
        "url": f"{api_url(call.hub, repository)}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }
    return Answer(shown)


def create_tree(call: Call) -> Answer:
    repository = _writable(call)
    request = call.read(TreeRequest)
    path = git_dir(call.hub, repository)
    if request.base_tree is not None and not has_object(path, request.base_tree, "tree"):
        raise Invalid("base_tree is not a valid tree oid")
    entries = [_entry(call, repository, one) for one in request.tree]
    sha = laid_over(path, request.base_tree, entries)
    return Answer(tree_payload(call.hub, repository, sha, tree_entries(path, sha, "") or ()), 201)


def show_tree(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    sha = call.path["sha"]
    entries = tree_entries(git_dir(call.hub, repository), sha, "")
    if entries is None:
        raise NotFound()
    return Answer(tree_payload(call.hub, repository, sha, entries))


def create_commit(call: Call) -> Answer:
    """In the caller's name where it names nobody; that of an App counts as verified at GitHub."""
    repository = _writable(call)
    request = call.read(CommitRequest)
    path = git_dir(call.hub, repository)
    if not has_object(path, request.tree, "tree"):
        raise Invalid("Tree SHA does not exist")
    if not all(has_commit(path, parent) for parent in request.parents):
        raise Invalid("Parent SHA does not exist or is not a commit object")
    caller = author_of(call.hub, call.caller)
    name = caller.login if caller.type == "Bot" else caller.name
    author = Signature(name, caller.email, call.hub.now())
    if request.author is not None:
        author = Signature(request.author.name, request.author.email, request.author.date or call.hub.now())
    sha = commit_tree(path, request.tree, Draft(request.message, author), parents=request.parents)
    return Answer(git_commit_payload(call.hub, repository, commit(path, sha)), 201)


def show_commit(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    path = git_dir(call.hub, repository)
    if not has_commit(path, call.path["sha"]):
        raise NotFound()
    return Answer(git_commit_payload(call.hub, repository, commit(path, call.path["sha"])))


def _writable(call: Call) -> Repository:
    repository = call.repository(WRITE_CONTENTS)
    if is_empty(git_dir(call.hub, repository)):
        raise Conflict("Git Repository is empty.")
    return repository


def _entry(call: Call, repository: Repository, request: EntryRequest) -> ModeBlob:
    path = git_dir(call.hub, repository)
    if ".." in request.path.split("/") or request.path.startswith("/"):
        raise Invalid("tree.path contains a malformed path component")
    if request.content is not None:
        return ModeBlob(request.mode, write_blob(path, request.content.encode()), request.path)
    if request.sha is not None and not has_object(path, request.sha, request.type):
        raise Invalid(f"tree.sha {request.sha} is not a valid {request.type}")
    return ModeBlob(request.mode, request.sha, request.path)
