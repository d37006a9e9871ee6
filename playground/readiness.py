"""What stands before a deployment at GitHub: contexts that aren't green, a default branch that isn't in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.accounts import Account
from playground.checks import check_runs_on, latest_by_name
from playground.hub import Hub
from playground.objects import Signature, branches, is_ancestor
from playground.pushes import RefChange, move_refs
from playground.refusals import Conflict
from playground.repositories import Repository, git_dir
from playground.statuses import latest_by_context, statuses_on
from playground.trees import Draft, commit_tree, merged_tree

#: Conclusions of a check run that count as a success.
GREEN = ("success", "neutral", "skipped")


@dataclass(frozen=True)
class Merged:
    """The default branch was merged into the branch that was to be deployed; nothing is deployed yet."""

    message: str


def contexts_on(hub: Hub, repository: Repository, sha: str) -> dict[str, str]:
    """Every unique context of a commit with its state: commit statuses and check runs."""
    found = {one.context: one.state for one in latest_by_context(statuses_on(hub, repository, sha))}
    for run in latest_by_name(check_runs_on(hub, repository, sha)):
        over = "success" if run.conclusion in GREEN else "failure"
        found[run.name] = over if run.status == "completed" else "pending"
    return found


def check_contexts(hub: Hub, repository: Repository, sha: str, ref: str, required: Sequence[str] | None) -> None:
    """Refuses while one of the required contexts, all that there are where none is named, isn't a success."""
    known = contexts_on(hub, repository, sha)
    wanted = known if required is None else {name: known.get(name, "pending") for name in required}
    bad = [{"context": name, "state": state} for name, state in wanted.items() if state != "success"]
    if bad:
        error = {"contexts": bad, "resource": "Deployment", "field": "required_contexts", "code": "invalid"}
        raise Conflict(f"Conflict: Commit status checks failed for {ref}.", [error])


def merge_default(hub: Hub, repository: Repository, sha: str, ref: str, merger: Account) -> Merged | None:
    """Brings a branch up to date with the default branch; nothing where it is, a refusal where it can't be."""
    path = git_dir(hub, repository)
    heads, base = branches(path), repository.default_branch
    if base not in heads or is_ancestor(path, heads[base], sha):
        return None
    branch = ref.removeprefix("refs/heads/")
    tree = merged_tree(path, sha, heads[base])
    # What isn't a branch can't be moved forward.
    if tree is None or branch not in heads:
        raise Conflict(f"Conflict merging {base} into {branch}")
    draft = Draft(f"Merge {base} into {branch}", Signature(merger.name, merger.email, hub.now()))
    made = commit_tree(path, tree, draft, parents=[sha, heads[base]])
    move_refs(hub, repository, merger, [RefChange(f"refs/heads/{branch}", sha, made)])
    return Merged(f"Auto-merged {base} into {branch} on deployment.")
