"""Pull requests: listed, opened, changed, merged."""

from playground.access import (
    NEEDS_PUSH,
    READ_CONVERSATION,
    READ_PULLS,
    WRITE_CONTENTS,
    WRITE_PULLS,
    author_of,
    may_see,
)
from playground.accounts import account_by_login
from playground.api.call import Answer, Body, Call, paged
from playground.callers import APerson
from playground.objects import changed_files, commits, merge_base
from playground.payloads.commits import commit_payload, files_payload
from playground.payloads.pulls import full_pull_payload, issue_payload, pull_payload
from playground.proposals import Proposal, amend, check_head, close, propose, reopen
from playground.pulls import PullRequest, head_owner, pulls_of
from playground.pushes import merge_and_push
from playground.refusals import Forbidden, Invalid, NotAllowed
from playground.repositories import Repository, git_dir, repository_by_id, role_of
from playground.roles import at_least


class PullRequestRequest(Body):
    """A pull request to be opened."""

    title: str
    head: str
    base: str
    body: str | None = None
    draft: bool = False


class PullRequestChange(Body):
    """What shall be different about a pull request."""

    title: str | None = None
    body: str | None = None
    base: str | None = None
    state: str | None = None


class MergeRequest(Body):
    """How a pull request shall be merged."""

    sha: str | None = None
    merge_method: str = "merge"
    commit_title: str | None = None


def list_pulls(call: Call) -> Answer:
    """Open ones by default, newest first; `state`, `head`, `base`, `sort` and `direction` choose others."""
    repository = call.repository(READ_PULLS)
    state = call.query.get("state", "open")
    found = pulls_of(call.hub, repository, state if state in ("open", "closed", "all") else "open")
    if "base" in call.query:
        found = [one for one in found if one.base_ref == call.query["base"]]
    if ":" in call.query.get("head", ""):
        found = [one for one in found if _label(call, one) == call.query["head"]]
    if call.query.get("sort") == "updated":
        found.sort(key=lambda one: one.updated_at, reverse=True)
    if call.query.get("direction", "desc") == "asc":
        found.reverse()
    return paged(call, found, lambda one: pull_payload(call.hub, one, repository))


def show_pull(call: Call) -> Answer:
    repository = call.repository(READ_PULLS)
    return Answer(full_pull_payload(call.hub, call.pull(repository), repository))


def show_issue(call: Call) -> Answer:
    repository = call.repository(READ_CONVERSATION)
    return Answer(issue_payload(call.hub, call.pull(repository), repository))


def list_files(call: Call) -> Answer:
    repository = call.repository(READ_PULLS)
    pull = call.pull(repository)
    path = git_dir(call.hub, repository)
    base = merge_base(path, pull.base_sha, pull.head_sha) or pull.base_sha
    files = changed_files(path, base, pull.head_sha)
    return paged(call, files, lambda one: files_payload(call.hub, repository, [one], base, pull.head_sha)[0])


def list_pull_commits(call: Call) -> Answer:
    repository = call.repository(READ_PULLS)
    pull = call.pull(repository)
    found = commits(git_dir(call.hub, repository), "--reverse", f"{pull.base_sha}..{pull.head_sha}")
    return paged(call, found, lambda one: commit_payload(call.hub, repository, one))


def open_pull(call: Call) -> Answer:
    repository = call.repository(WRITE_PULLS)
    request = call.read(PullRequestRequest)
    if not request.title.strip():
        raise Invalid.field("PullRequest", "title", "missing_field")
    head, branch = _head(call, repository, request.head)
    author = author_of(call.hub, call.caller)
    if isinstance(call.caller, APerson) and not at_least(role_of(call.hub, author, head), "write"):
        raise Forbidden("must be a collaborator")
    proposal = Proposal(request.title, request.body, head, branch, request.base, request.draft)
    return Answer(full_pull_payload(call.hub, propose(call.hub, repository, author, proposal), repository), 201)


def change_pull(call: Call) -> Answer:
    """Title, body and base first, then the state."""
    repository = call.repository(WRITE_PULLS)
    pull = call.pull(repository)
    _check_may_change(call, repository, pull)
    request = call.read(PullRequestChange)
    if request.state not in (None, "open", "closed"):
        raise Invalid.field("PullRequest", "state", "invalid")
    sender = author_of(call.hub, call.caller)
    title = pull.title if request.title is None else request.title
    body = pull.body if request.body is None else request.body
    base_ref = pull.base_ref if request.base is None else request.base
    with call.hub.database.writing():
        pull = amend(call.hub, repository, pull, sender, title=title, body=body, base_ref=base_ref)
        if request.state == "closed" and pull.state == "open":
            pull = close(call.hub, repository, pull, sender)
        elif request.state == "open" and pull.state == "closed":
            pull = reopen(call.hub, repository, pull, sender)
    return Answer(full_pull_payload(call.hub, pull, repository))


def merge_pull(call: Call) -> Answer:
    """Merges and tells of the push that this is."""
    repository = call.repository(WRITE_CONTENTS)
    pull = call.pull(repository)
    request = call.read(MergeRequest)
    if request.merge_method not in ("merge", "squash"):
        raise NotAllowed(f"{request.merge_method.capitalize()} merges are not allowed on this repository.")
    check_head(pull, request.sha)
    merger = author_of(call.hub, call.caller)
    merged = merge_and_push(call.hub, repository, pull, merger, squash=request.merge_method == "squash")
    return Answer({"sha": merged.merge_commit_sha, "merged": True, "message": "Pull Request successfully merged"})


def is_merged(call: Call) -> Answer:
    pull = call.pull(call.repository(READ_PULLS))
    return Answer(status=204) if pull.merged_at else Answer({"message": "Not Found", "status": "404"}, 404)


def _label(call: Call, pull: PullRequest) -> str:
    return f"{head_owner(call.hub, pull).login}:{pull.head_ref}"


def _head(call: Call, repository: Repository, named: str) -> tuple[Repository, str]:
    """The repository and branch of `branch` or `owner:branch`, within the same family of forks."""
    login, colon, branch = named.partition(":")
    if not colon:
        return repository, named
    owner = account_by_login(call.hub.database, login)
    root = repository.parent_id or repository.id
    family = "(id = ? OR parent_id = ?) AND deleted_at IS NULL"
    sql = f"SELECT id FROM repositories WHERE owner_id = ? AND {family} ORDER BY id"  # noqa: S608 (ours, never input)
    found = call.hub.database.scalar(sql, owner.id, root, root) if owner else None
    if found is None:
        raise Invalid.field("PullRequest", "head", "invalid")
    head = repository_by_id(call.hub, found)
    if not may_see(call.hub, call.caller, head):
        raise Invalid.field("PullRequest", "head", "invalid")
    return head, branch


def _check_may_change(call: Call, repository: Repository, pull: PullRequest) -> None:
    """People change their own pull requests, and others' with write permission."""
    caller = call.caller
    if not isinstance(caller, APerson) or caller.account.id == pull.author_id:
        return
    if not at_least(role_of(call.hub, caller.account, repository), "write"):
        raise Forbidden(NEEDS_PUSH)
