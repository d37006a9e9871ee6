"""The commit that a command is about: the head as it was received by then, or why there is none (requirement C3)."""

from engine.domain.event import PullRequest
from engine.planner.asked import Asked
from engine.planner.decision import Refuse
from engine.planner.known import Known
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code, sentence
from engine.reports.words import short

FORK = (
    "This pull request comes from a fork, and nothing of a fork runs before somebody with write permission here "
    "approves that very commit."
)


def buildable_head(asked: Asked, known: Known) -> str | Refuse:
    """The commit that may be built for whoever asks, or why none may."""
    current = known.current
    if current is None or not _is_open(asked, current):
        return refuse(Reason.PULL_REQUEST_CLOSED, "This pull request is closed, so it has no preview.")
    if known.needs_approval(current):
        return _unapproved(current, known)
    bound = bound_head(asked, known)
    if isinstance(bound, Refuse):
        return bound
    if known.project.problems:
        problems = "\n".join(f"- {sentence(each)}" for each in known.project.problems)
        refused = refuse(Reason.BAD_CONFIGURATION, "`slipway.yml` has problems.")
        return Refuse(refused.reason, f"{refused.sentence}\n{problems}", bound, "\n".join(known.project.problems))
    return bound


def bound_head(asked: Asked, known: Known) -> str | Refuse:
    """The head that was there when it was asked, if the pull request is open and it still is the head."""
    current = known.current
    if current is None or not _is_open(asked, current):
        return refuse(Reason.PULL_REQUEST_CLOSED, "This pull request is closed.")
    bound = asked.sha or current.head_sha
    head = known.newest_sha if known.newest_sha not in ("", bound) else current.head_sha
    return bound if head == bound else moved(asked, head)


def moved(asked: Asked, head: str) -> Refuse:
    """It was asked of a commit that is the head no more."""
    bound = code(short(asked.sha))
    if asked.button:
        said = f"This button belongs to commit {bound}; meanwhile {code(short(head))} has come."
    else:
        said = f"When you asked, the newest commit here was {bound}; meanwhile {code(short(head))} has come."
    return refuse(asked.moved, said)


def refuse(reason: Reason, said: str, sha: str = "") -> Refuse:
    """The refusal with what changes it."""
    return Refuse(reason, f"{said} {REMEDY[reason]}", sha)


def _is_open(asked: Asked, current: PullRequest) -> bool:
    return current.open and asked.open


def _unapproved(current: PullRequest, known: Known) -> Refuse:
    by = known.rejected_by(current.head_sha)
    if by:
        said = f"Commit {code(short(current.head_sha))} of this fork was rejected by {code(by)}."
        return refuse(Reason.REJECTED, said)
    return refuse(Reason.FORK_NEEDS_APPROVAL, FORK, sha=current.head_sha)
