"""What a changed pull request leads to."""

from engine.domain.event import PullRequest, PullRequestChanged
from engine.domain.permission import Role
from engine.planner.decision import Decision, Nothing, RemovePreview, Skip, StartBuild
from engine.planner.known import Known
from engine.reasons import Reason

#: GitHub's actions that may make a preview of the head.
BUILDING = frozenset({"opened", "reopened", "synchronize", "ready_for_review"})
CLOSING = "closed"


def contradicts(event: PullRequestChanged, current: PullRequest | None) -> bool:
    """True when what GitHub answers isn't what it told: its reads may lag, or the pull request has moved on."""
    told = event.pull_request
    if current is None:
        return False
    return current.open != told.open or (event.action in BUILDING and current.head_sha != told.head_sha)


def plan_pull_request(event: PullRequestChanged, known: Known) -> Decision:
    """Pure. `known.current` is there for the actions above, unless the forge was away for a close."""
    if event.action == CLOSING:
        return _closed(known)
    if event.action not in BUILDING:
        return Nothing(f"the action {event.action[:40]} changes no preview")
    return _pushed(event.pull_request, known)


def _closed(known: Known) -> Decision:
    if known.current is not None and known.current.open:
        return Nothing("it was opened again meanwhile")
    if known.preview is None or known.preview.life == "removed":
        return Nothing("there is no preview to remove")
    return RemovePreview()


def _pushed(pull_request: PullRequest, known: Known) -> Decision:
    sha = pull_request.head_sha
    if pull_request.head_repository_id != known.repository_id:
        return Skip(sha, Reason.FORK_NEEDS_APPROVAL)
    if known.current is not None and known.current.head_sha != sha:
        return Skip(sha, Reason.SUPERSEDED)
    if known.newest_sha not in ("", sha):
        return Skip(sha, Reason.SUPERSEDED)
    if known.current is not None and not known.current.open:
        return Nothing("it was closed meanwhile")
    if known.role < Role.WRITE:
        return Skip(sha, Reason.NOT_PERMITTED)
    if known.project.problems:
        return Skip(sha, Reason.BAD_CONFIGURATION, "\n".join(known.project.problems))
    if known.was_stopped:
        return Skip(sha, Reason.PREVIEW_STOPPED)
    if known.has_preview and known.newest is not None and known.newest.sha == sha:
        return Nothing("this commit is the preview's newest build already")
    if known.project.start == "on_command" and not known.has_preview:
        return Skip(sha, Reason.START_ON_COMMAND)
    return StartBuild(sha, known.project.access, known.login)
