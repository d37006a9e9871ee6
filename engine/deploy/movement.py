"""Whether what was asked for is still where it was: the commit is bound at the ask (requirement C3). Pure."""

from engine.deploy.asks import DeployAsk
from engine.deploy.commit_facts import CommitFacts
from engine.deploy.rules.situation import Moved
from engine.deploy.words import pull_number, ref_name
from engine.reasons import Reason
from engine.store.branches import Branch


def moved_since(
    ask: DeployAsk, found: CommitFacts, gathered_at: float, *, newest_head: str, branch: Branch | None
) -> Moved | None:
    """None while the commit is the one that whoever asked could see.

    `newest_head` is the pull request's as we received it last, `branch` the ref as we know it: both read in the
    transaction that writes.
    """
    if not found.sha:
        return None
    if pull_number(found.ref):
        return _of_pull_request(ask, found, newest_head)
    if ask.sha and ask.sha != found.sha:
        return _told(ask, found, ask.sha, found.sha)
    if branch is None:
        return None
    return _of_branch(ask, found, gathered_at, branch)


def _of_pull_request(ask: DeployAsk, found: CommitFacts, newest_head: str) -> Moved | None:
    if newest_head not in ("", found.sha):
        return _told(ask, found, found.sha, newest_head)
    if found.pull_request is not None and found.pull_request.head_sha != found.sha:
        return _told(ask, found, found.sha, found.pull_request.head_sha)
    return None


def _of_branch(ask: DeployAsk, found: CommitFacts, gathered_at: float, branch: Branch) -> Moved | None:
    asked_at = ask.asked_at or gathered_at
    if branch.sha == found.sha:
        # It came here after it was asked for: whoever asked saw what was there before.
        late = branch.moved_at > asked_at and branch.before
        return _told(ask, found, branch.before, found.sha) if late else None
    if branch.moved_at > asked_at or branch.before == found.sha:
        # Pushed while GitHub was being asked, or GitHub's answer lags behind its own delivery.
        return _told(ask, found, found.sha, branch.sha)
    # GitHub has what we hadn't heard of: who asked by a comment can't have meant it; a door of now asks for it.
    return _told(ask, found, branch.sha, found.sha) if ask.asked_at else None


def _told(ask: DeployAsk, found: CommitFacts, bound: str, newest: str) -> Moved:
    if ask.door == "button":
        reason = Reason.STALE_BUTTON
    else:
        reason = Reason.HEAD_MOVED if pull_number(found.ref) else Reason.REF_MOVED
    return Moved(reason, ref_name(found.ref), bound, newest)
