"""What a changed pull request leads to."""

from engine.domain.event import PullRequest, PullRequestChanged
from engine.planner.decision import Decision, Nothing, RemovePreview, Skip, StartBuild
from engine.planner.known import Known
from engine.planner.starting import held_back
from engine.reasons import Reason

#: GitHub's actions that may make a preview of the head.
BUILDING = frozenset({"opened", "reopened", "synchronize", "ready_for_review"})
CLOSING = "closed"
LABELLING = frozenset({"labeled", "unlabeled"})
#: Actions that may change what was decided about the head, without bringing another one.
RECONSIDERING = LABELLING | {"edited", "converted_to_draft"}


def contradicts(event: PullRequestChanged, current: PullRequest | None) -> bool:
    """True when what GitHub answers isn't what it told: its reads may lag, or the pull request has moved on."""
    told = event.pull_request
    if current is None:
        return False
    if event.action in RECONSIDERING and _details(current) != _details(told):
        return True
    return current.open != told.open or (event.action in BUILDING and current.head_sha != told.head_sha)


def _details(pull_request: PullRequest) -> tuple[object, ...]:
    return frozenset(pull_request.labels), pull_request.title, pull_request.draft, pull_request.base_ref


def plan_pull_request(event: PullRequestChanged, known: Known) -> Decision:
    """Pure. `known.current` is there for the actions above, unless the forge was away for a close."""
    if event.action == CLOSING:
        return _closed(known)
    if event.action in BUILDING:
        return _pushed(event, known)
    if event.action in RECONSIDERING:
        return _reconsidered(event, known)
    return Nothing(f"the action {event.action[:40]} changes no preview")


def _closed(known: Known) -> Decision:
    if known.current is not None and known.current.open:
        return Nothing("it was opened again meanwhile")
    if known.preview is None or known.preview.life == "removed":
        return Nothing("there is no preview to remove")
    return RemovePreview()


def _pushed(event: PullRequestChanged, known: Known) -> Decision:
    sha = event.pull_request.head_sha
    if event.pull_request.head_repository_id != known.repository_id:
        return _of_fork(event, known)
    if known.current is not None and known.current.head_sha != sha:
        return Skip(sha, Reason.SUPERSEDED)
    if known.newest_sha not in ("", sha):
        return Skip(sha, Reason.SUPERSEDED)
    if known.current is not None and not known.current.open:
        return Nothing("it was closed meanwhile")
    if known.has_built == sha:
        return Nothing("this commit is the preview's newest build already")
    return _by_itself(event, known)


def _of_fork(event: PullRequestChanged, known: Known) -> Decision:
    """Nothing of a fork is built by itself; what was approved is built by whoever approves it, or by command."""
    sha = event.pull_request.head_sha
    if known.newest_sha not in ("", sha):
        return Skip(sha, Reason.SUPERSEDED)
    if not known.needs_approval(event.pull_request):
        return Nothing("this commit of a fork is approved already")
    return Skip(sha, Reason.FORK_NEEDS_APPROVAL)


def _reconsidered(event: PullRequestChanged, known: Known) -> Decision:
    current = known.current or event.pull_request
    sha = current.head_sha
    if not current.open or current.head_repository_id != known.repository_id:
        return Nothing("nothing is built here by itself")
    if event.pull_request.head_sha != sha or known.newest_sha not in ("", sha):
        return Nothing("a newer commit has a delivery of its own")
    about_labels = event.action in LABELLING and known.project.rules.about_labels
    if about_labels and known.has_preview and not known.asked_for and _labels_end(current, known):
        return RemovePreview()
    if known.has_built == sha:
        return Nothing("this commit is the preview's newest build already")
    if known.skipped is None and not about_labels:
        return Nothing("it changes nothing that was decided")
    decision = _by_itself(event, known)
    if isinstance(decision, Skip) and decision.reason is known.skipped:
        return Nothing(f"still skipped: {decision.reason}")
    return decision


def _labels_end(current: PullRequest, known: Known) -> bool:
    rules = known.project.rules
    return rules.prevented_by(current.labels) or rules.lacking(current.labels)


def _by_itself(event: PullRequestChanged, known: Known) -> Decision:
    """The head is built, unless a rule holds it back."""
    sha = event.pull_request.head_sha
    reason = held_back(event, known)
    if reason is None:
        return StartBuild(sha, known.project.access, known.login)
    problems = known.project.problems if reason is Reason.BAD_CONFIGURATION else ()
    return Skip(sha, reason, "\n".join(problems))
