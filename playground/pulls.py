"""Pull requests: their rows and how they are found."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.database import Parameter
from playground.hub import Hub
from playground.objects import Signature, branches
from playground.refusals import NotFound
from playground.repositories import Repository, git_dir
from playground.trees import Draft, commit_tree, merged_tree, set_ref


@dataclass(frozen=True)
class PullRequest:
    """One pull request as it is stored."""

    id: int
    repository_id: int
    number: int
    title: str
    body: str | None
    #: open or closed; a merged one is closed with a `merged_at`.
    state: str
    draft: bool
    author_id: int
    head_repository_id: int
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    mergeable: bool | None
    merge_commit_sha: str | None
    merged_by_id: int | None
    merged_at: str | None
    closed_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Label:
    """A word on a pull request."""

    id: int
    repository_id: int
    name: str
    color: str


def pull_by_number(hub: Hub, repository: Repository, number: int) -> PullRequest:
    """The pull request of a number; refused with 404 where there is none."""
    sql = "SELECT * FROM pull_requests WHERE repository_id = ? AND number = ?"
    found = hub.database.one(PullRequest, sql, repository.id, number)
    if found is None:
        raise NotFound()
    return found


def head_owner(hub: Hub, pull: PullRequest) -> Account:
    """Whose repository a pull request comes from, be that repository there or not."""
    sql = "SELECT a.* FROM accounts a JOIN repositories r ON r.owner_id = a.id WHERE r.id = ?"
    return hub.database.all(Account, sql, pull.head_repository_id)[0]


def pulls_of(hub: Hub, repository: Repository, state: str = "all") -> list[PullRequest]:
    """Pull requests into a repository, newest first."""
    sql = "SELECT * FROM pull_requests WHERE repository_id = ? AND ? IN ('all', state) ORDER BY number DESC"
    return hub.database.all(PullRequest, sql, repository.id, state)


def open_pulls_from(hub: Hub, head: Repository, ref: str) -> list[PullRequest]:
    """Open pull requests, into whatever repository, that offer a branch."""
    sql = "SELECT * FROM pull_requests WHERE head_repository_id = ? AND head_ref = ? AND state = 'open' ORDER BY id"
    return hub.database.all(PullRequest, sql, head.id, ref)


def open_pulls_into(hub: Hub, base: Repository, ref: str) -> list[PullRequest]:
    """Open pull requests that want to be merged into a branch."""
    sql = "SELECT * FROM pull_requests WHERE repository_id = ? AND base_ref = ? AND state = 'open' ORDER BY id"
    return hub.database.all(PullRequest, sql, base.id, ref)


def pulls_with_head(hub: Hub, repository: Repository, sha: str) -> list[PullRequest]:
    """Open pull requests within a repository whose head is this commit; forks' don't count, as at GitHub."""
    sql = (
        "SELECT * FROM pull_requests WHERE repository_id = ? AND head_repository_id = repository_id "
        "AND head_sha = ? AND state = 'open' ORDER BY id"
    )
    return hub.database.all(PullRequest, sql, repository.id, sha)


def change_pull(hub: Hub, pull: PullRequest, repository: Repository, **values: Parameter) -> PullRequest:
    """Writes columns of a pull request and returns it as it is now."""
    hub.database.update("pull_requests", pull.id, updated_at=hub.now(), **values)
    return pull_by_number(hub, repository, pull.number)


def labels_of(hub: Hub, pull: PullRequest) -> list[Label]:
    sql = (
        "SELECT l.* FROM labels l JOIN pull_request_labels p ON p.label_id = l.id "
        "WHERE p.pull_request_id = ? ORDER BY l.name"
    )
    return hub.database.all(Label, sql, pull.id)


def label_named(hub: Hub, repository: Repository, name: str) -> Label:
    """The repository's label of a name, made at its first use."""
    sql = "SELECT * FROM labels WHERE repository_id = ? AND name = ?"
    found = hub.database.one(Label, sql, repository.id, name)
    if found is None:
        hub.database.insert("labels", repository_id=repository.id, name=name, color="ededed")
        return label_named(hub, repository, name)
    return found


def refresh_merge(hub: Hub, pull: PullRequest, repository: Repository) -> PullRequest:
    """Tries the merge out against today's base and keeps its result under refs/pull/N/merge."""
    path = git_dir(hub, repository)
    base_sha = branches(path).get(pull.base_ref)
    tree = merged_tree(path, base_sha, pull.head_sha) if base_sha else None
    if base_sha is None or tree is None:
        return change_pull(hub, pull, repository, mergeable=False, merge_commit_sha=None)
    draft = Draft(f"Merge {pull.head_sha} into {base_sha}", Signature("GitHub", "noreply@github.com", hub.now()))
    merge_sha = commit_tree(path, tree, draft, parents=[base_sha, pull.head_sha])
    set_ref(path, f"refs/pull/{pull.number}/merge", merge_sha)
    return change_pull(hub, pull, repository, mergeable=True, merge_commit_sha=merge_sha)
