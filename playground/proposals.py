"""The life of a pull request: opened, changed, closed, reopened, merged; each fires its webhook."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.database import Parameter
from playground.events import announce
from playground.faults.effects import record
from playground.hub import Hub
from playground.objects import Signature, branches, commits, is_ancestor, merge_base
from playground.payloads.pulls import full_pull_payload
from playground.pulls import PullRequest, change_pull, pull_by_number, refresh_merge
from playground.refusals import Conflict, Invalid, NotAllowed
from playground.repositories import (
    Repository,
    full_name,
    git_dir,
    owner_of,
    repository_by_id,
    standing_repository,
)
from playground.trees import Draft, commit_tree, copy_ref, merged_tree, set_ref


@dataclass(frozen=True)
class Proposal:
    """A pull request before it exists."""

    title: str
    body: str | None
    head: Repository
    head_ref: str
    base_ref: str
    draft: bool = False


def propose(hub: Hub, repository: Repository, author: Account, proposal: Proposal) -> PullRequest:
    """Opens a pull request: `pull_request` opened."""
    with hub.database.writing():
        pull = open_quietly(hub, repository, author, proposal)
        tell(hub, "opened", pull, repository, author)
    return pull


def open_quietly(hub: Hub, repository: Repository, author: Account, proposal: Proposal) -> PullRequest:
    """Opens a pull request that nobody hears of; refuses what GitHub refuses."""
    base_sha = branches(git_dir(hub, repository)).get(proposal.base_ref)
    head_sha = branches(git_dir(hub, proposal.head)).get(proposal.head_ref)
    if base_sha is None:
        raise Invalid.field("PullRequest", "base", "invalid")
    if head_sha is None:
        raise Invalid.field("PullRequest", "head", "invalid")
    _refuse_second(hub, repository, proposal)
    now = hub.now()
    with hub.database.writing():
        number = 1 + hub.database.scalar(
            "SELECT coalesce(max(number), 0) FROM pull_requests WHERE repository_id = ?", repository.id
        )
        hub.database.insert(
            "pull_requests",
            repository_id=repository.id,
            number=number,
            title=proposal.title,
            body=proposal.body,
            state="open",
            draft=proposal.draft,
            author_id=author.id,
            head_repository_id=proposal.head.id,
            head_ref=proposal.head_ref,
            head_sha=head_sha,
            base_ref=proposal.base_ref,
            base_sha=base_sha,
            created_at=now,
            updated_at=now,
        )
        pull = pull_by_number(hub, repository, number)
        _bring_head(hub, pull, repository)
        _refuse_empty(hub, pull, repository)
        return refresh_merge(hub, pull, repository)


def follow_head(hub: Hub, pull: PullRequest, sender: Account, after: str) -> None:
    """The branch of a pull request moved: `pull_request` synchronize."""
    repository = repository_by_id(hub, pull.repository_id)
    base_sha = branches(git_dir(hub, repository)).get(pull.base_ref, pull.base_sha)
    moved = change_pull(hub, pull, repository, head_sha=after, base_sha=base_sha)
    _bring_head(hub, moved, repository)
    moved = refresh_merge(hub, moved, repository)
    tell(hub, "synchronize", moved, repository, sender, before=pull.head_sha, after=after)


def amend(
    hub: Hub, repository: Repository, pull: PullRequest, editor: Account, *, title: str, body: str | None, base_ref: str
) -> PullRequest:
    """Changes title, body or base: `pull_request` edited, with what it was before."""
    changes: dict[str, object] = {}
    values: dict[str, Parameter] = {}
    if title != pull.title:
        changes["title"], values["title"] = {"from": pull.title}, title
    if body != pull.body:
        changes["body"], values["body"] = {"from": pull.body}, body
    if base_ref != pull.base_ref:
        base_sha = branches(git_dir(hub, repository)).get(base_ref)
        if base_sha is None:
            raise Invalid.field("PullRequest", "base", "invalid")
        changes["base"] = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
        values |= {"base_ref": base_ref, "base_sha": base_sha}
    if not changes:
        return pull
    with hub.database.writing():
        changed = refresh_merge(hub, change_pull(hub, pull, repository, **values), repository)
        tell(hub, "edited", changed, repository, editor, changes=changes)
    return changed


def set_draft(hub: Hub, repository: Repository, pull: PullRequest, sender: Account, *, draft: bool) -> PullRequest:
    """Says that a pull request isn't ready, or is: `pull_request` converted_to_draft or ready_for_review."""
    if pull.draft == draft:
        return pull
    if pull.state != "open":
        raise Invalid("Only an open pull request becomes a draft or ready.")
    with hub.database.writing():
        changed = change_pull(hub, pull, repository, draft=draft)
        tell(hub, "converted_to_draft" if draft else "ready_for_review", changed, repository, sender)
    return changed


def close(hub: Hub, repository: Repository, pull: PullRequest, sender: Account) -> PullRequest:
    """Closes without merging: `pull_request` closed."""
    with hub.database.writing():
        closed = change_pull(hub, pull, repository, state="closed", closed_at=hub.now())
        tell(hub, "closed", closed, repository, sender)
    return closed


def reopen(hub: Hub, repository: Repository, pull: PullRequest, sender: Account) -> PullRequest:
    """Opens again, at where the branch is now: `pull_request` reopened."""
    head = standing_repository(hub, pull.head_repository_id)
    head_sha = branches(git_dir(hub, head)).get(pull.head_ref) if head else None
    if pull.merged_at is not None or head is None or head_sha is None:
        gone = "The repository that submitted this pull request has been deleted."
        if head is not None:
            gone = f"The {pull.head_ref} branch was deleted."
        reason = "The pull request was merged." if pull.merged_at else gone
        raise Invalid.field("PullRequest", "state", "invalid", f"state cannot be changed. {reason}")
    _refuse_second(hub, repository, Proposal(pull.title, pull.body, head, pull.head_ref, pull.base_ref))
    with hub.database.writing():
        opened = change_pull(hub, pull, repository, state="open", closed_at=None, head_sha=head_sha)
        _bring_head(hub, opened, repository)
        opened = refresh_merge(hub, opened, repository)
        tell(hub, "reopened", opened, repository, sender)
    return opened


def merge(hub: Hub, repository: Repository, pull: PullRequest, merger: Account, *, squash: bool) -> PullRequest:
    """Writes the merge onto the base branch; the caller then announces the push."""
    path = git_dir(hub, repository)
    base_sha = branches(path).get(pull.base_ref)
    tree = merged_tree(path, base_sha, pull.head_sha) if base_sha else None
    if pull.state != "open" or base_sha is None or tree is None:
        raise NotAllowed("Pull Request is not mergeable")
    owner = owner_of(hub, repository).login
    message = f"Merge pull request #{pull.number} from {owner}/{pull.head_ref}\n\n{pull.title}"
    author = Signature(merger.name, merger.email, hub.now())
    draft = Draft(f"{pull.title} (#{pull.number})" if squash else message, author)
    merged = commit_tree(path, tree, draft, parents=[base_sha] if squash else [base_sha, pull.head_sha])
    set_ref(path, f"refs/heads/{pull.base_ref}", merged)
    return finish_merged(hub, repository, pull, merger, merged)


def finish_merged(hub: Hub, repository: Repository, pull: PullRequest, merger: Account, merged_sha: str) -> PullRequest:
    """Marks a pull request as merged: `pull_request` closed."""
    now = hub.now()
    with hub.database.writing():
        merged = change_pull(
            hub,
            pull,
            repository,
            state="closed",
            closed_at=now,
            merged_at=now,
            merged_by_id=merger.id,
            merge_commit_sha=merged_sha,
        )
        tell(hub, "closed", merged, repository, merger)
    return merged


def check_head(pull: PullRequest, expected: str | None) -> None:
    """Refuses to merge another head than the one the caller saw."""
    if expected is not None and expected != pull.head_sha:
        raise Conflict("Head branch was modified. Review and try the merge again.")


def tell(hub: Hub, action: str, pull: PullRequest, repository: Repository, sender: Account, **more: object) -> None:
    """Queues the webhook of something that happened to a pull request."""
    record(hub, f"pull_{action}", repository, number=pull.number, sha=pull.head_sha, actor=sender.login)
    shown = full_pull_payload(hub, pull, repository)
    content = {"action": action, "number": pull.number, "pull_request": shown, **more}
    announce(hub, "pull_request", content, repository=repository, sender=sender)


def _bring_head(hub: Hub, pull: PullRequest, repository: Repository) -> None:
    head = repository_by_id(hub, pull.head_repository_id)
    kept = f"refs/pull/{pull.number}/head"
    if head.id == repository.id:
        set_ref(git_dir(hub, repository), kept, pull.head_sha)
    else:
        copy_ref(git_dir(hub, head), git_dir(hub, repository), name=f"refs/heads/{pull.head_ref}", to=kept)


def _refuse_second(hub: Hub, repository: Repository, proposal: Proposal) -> None:
    sql = (
        "SELECT 1 FROM pull_requests WHERE repository_id = ? AND head_repository_id = ? AND head_ref = ? "
        "AND base_ref = ? AND state = 'open'"
    )
    found = hub.database.scalar(sql, repository.id, proposal.head.id, proposal.head_ref, proposal.base_ref)
    if found:
        owner = full_name(hub, proposal.head).split("/")[0]
        message = f"A pull request already exists for {owner}:{proposal.head_ref}."
        raise Invalid("Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": message}])


def _refuse_empty(hub: Hub, pull: PullRequest, repository: Repository) -> None:
    path = git_dir(hub, repository)
    if merge_base(path, pull.base_sha, pull.head_sha) is None:
        problem = f"The {pull.head_ref} branch has no history in common with {pull.base_ref}"
    elif is_ancestor(path, pull.head_sha, pull.base_sha) or not commits(path, f"{pull.base_sha}..{pull.head_sha}"):
        problem = f"No commits between {pull.base_ref} and {pull.head_ref}"
    else:
        return
    raise Invalid("Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": problem}])
