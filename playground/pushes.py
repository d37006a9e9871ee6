"""What follows from refs that moved: `push` webhooks, and pull requests that follow, close or count as merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.accounts import Account
from playground.checking import request_suite
from playground.events import announce
from playground.faults.effects import record
from playground.git import NO_COMMIT, git
from playground.hub import Hub
from playground.objects import Commit, branches, changed_names, commit, commits, is_ancestor
from playground.payloads.commits import pushed_commit_payload, ref_event_payload
from playground.payloads.repositories import html_url
from playground.proposals import close, finish_merged, follow_head, merge
from playground.pulls import PullRequest, open_pulls_from, open_pulls_into, refresh_merge
from playground.repositories import Repository, git_dir, repository_by_id, touch_pushed
from playground.trees import set_ref

#: GitHub lists no more commits in a push, and tells nothing of more than three tags at once.
MOST_COMMITS = 2048
MOST_TAGS = 3


@dataclass(frozen=True)
class RefChange:
    """One ref that a push moved, made or deleted."""

    ref: str
    before: str
    after: str

    @property
    def branch(self) -> str | None:
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else None


def ref_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[RefChange]:
    """The branches and tags that differ between two listings."""
    names = sorted(before.keys() | after.keys())
    changes = [RefChange(name, before.get(name, NO_COMMIT), after.get(name, NO_COMMIT)) for name in names]
    return [change for change in changes if change.before != change.after]


def record_push(hub: Hub, repository: Repository, pusher: Account, changes: list[RefChange]) -> None:
    """Tells the world about refs that have moved, and moves the pull requests that hang on them."""
    if not changes:
        return
    with hub.database.writing():
        touch_pushed(hub, repository)
        repository = _with_default_branch(hub, repository)
        tags = [change for change in changes if change.branch is None]
        for change in changes:
            said = {"ref": change.ref, "before": change.before, "sha": change.after}
            record(hub, "push", repository, actor=pusher.login, **said)
            if change.branch is not None or len(tags) <= MOST_TAGS:
                _tell(hub, repository, pusher, change)
        for change in changes:
            if change.branch is not None:
                _move_pulls(hub, repository, pusher, change, change.branch)


def move_refs(hub: Hub, repository: Repository, pusher: Account, changes: list[RefChange]) -> None:
    """Moves, makes or deletes refs and tells of it as of a push."""
    with hub.database.writing():
        for change in changes:
            if change.after == NO_COMMIT:
                git(git_dir(hub, repository), "update-ref", "-d", "--end-of-options", change.ref)
            else:
                set_ref(git_dir(hub, repository), change.ref, change.after)
        record_push(hub, repository, pusher, changes)


def merge_and_push(
    hub: Hub, repository: Repository, pull: PullRequest, merger: Account, *, squash: bool
) -> PullRequest:
    """Merges a pull request and tells of the push to the base branch that this is."""
    before = branches(git_dir(hub, repository)).get(pull.base_ref, NO_COMMIT)
    merged = merge(hub, repository, pull, merger, squash=squash)
    change = RefChange(f"refs/heads/{pull.base_ref}", before, merged.merge_commit_sha or NO_COMMIT)
    record_push(hub, repository, merger, [change])
    return merged


def _move_pulls(hub: Hub, repository: Repository, pusher: Account, change: RefChange, branch: str) -> None:
    gone = change.after == NO_COMMIT
    for pull in open_pulls_from(hub, repository, branch):
        base = repository_by_id(hub, pull.repository_id)
        if gone:
            close(hub, base, pull, pusher)
        else:
            follow_head(hub, pull, pusher, change.after)
    for pull in open_pulls_into(hub, repository, branch):
        if gone:
            close(hub, repository, pull, pusher)
        elif is_ancestor(git_dir(hub, repository), pull.head_sha, change.after):
            finish_merged(hub, repository, pull, pusher, change.after)
        else:
            refresh_merge(hub, pull, repository)


def _tell(hub: Hub, repository: Repository, pusher: Account, change: RefChange) -> None:
    """`push`, `create` or `delete` where a ref came or went, and `check_suite` requested for a branch."""
    announce(hub, "push", _push(hub, repository, pusher, change), repository=repository, sender=pusher)
    made, gone = change.before == NO_COMMIT, change.after == NO_COMMIT
    if made or gone:
        content = ref_event_payload(repository, change.ref, is_branch=change.branch is not None, made=made)
        announce(hub, "create" if made else "delete", content, repository=repository, sender=pusher)
    if change.branch is not None and not gone:
        request_suite(hub, repository, change.after, pusher)


def _with_default_branch(hub: Hub, repository: Repository) -> Repository:
    """The first branch that reaches an empty repository becomes its default."""
    path = git_dir(hub, repository)
    known = branches(path)
    if repository.default_branch in known or not known:
        return repository
    first = next(iter(known))
    git(path, "symbolic-ref", "HEAD", f"refs/heads/{first}")
    hub.database.update("repositories", repository.id, default_branch=first)
    return repository_by_id(hub, repository.id)


def _push(hub: Hub, repository: Repository, pusher: Account, change: RefChange) -> dict[str, Any]:
    path = git_dir(hub, repository)
    created, deleted = change.before == NO_COMMIT, change.after == NO_COMMIT
    found = [] if deleted else _new_commits(hub, repository, change)
    head = None if deleted else commit(path, change.after)
    forced = not created and not deleted and not is_ancestor(path, change.before, change.after)
    names = changed_names(path, {one.sha for one in (*found, *([head] if head else []))})

    def shown(one: Commit) -> dict[str, Any]:
        return pushed_commit_payload(hub, repository, one, names[one.sha], distinct=True)

    return {
        "ref": change.ref,
        "before": change.before,
        "after": change.after,
        "created": created,
        "deleted": deleted,
        "forced": forced,
        "base_ref": _base_ref(hub, repository, change) if created else None,
        "compare": _compare(hub, repository, change),
        "commits": [shown(one) for one in found],
        "head_commit": shown(head) if head else None,
        "pusher": {"name": pusher.login, "email": pusher.email},
    }


def _new_commits(hub: Hub, repository: Repository, change: RefChange) -> list[Commit]:
    path = git_dir(hub, repository)
    if change.branch is None:
        return []
    if change.before != NO_COMMIT:
        selection = [f"{change.before}..{change.after}"]
    else:
        others = [sha for name, sha in branches(path).items() if name != change.branch]
        selection = [change.after, *(f"^{sha}" for sha in others)]
    return commits(path, "--reverse", f"--max-count={MOST_COMMITS}", *selection)


def _base_ref(hub: Hub, repository: Repository, change: RefChange) -> str | None:
    same = (name for name, sha in branches(git_dir(hub, repository)).items() if sha == change.after)
    return next((f"refs/heads/{name}" for name in same if name != change.branch), None)


def _compare(hub: Hub, repository: Repository, change: RefChange) -> str:
    page = html_url(hub, repository)
    if NO_COMMIT in (change.before, change.after):
        return f"{page}/compare/{change.ref.split('/', 2)[2]}"
    return f"{page}/compare/{change.before[:12]}...{change.after[:12]}"
