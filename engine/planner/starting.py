"""Whose pull requests are built by themselves, and when (requirement C6). `/preview` by a person overrides it all."""

from engine.domain.event import PullRequest, PullRequestChanged
from engine.domain.permission import Role
from engine.planner.known import Known
from engine.planner.skip_mark import asks_to_skip
from engine.project.path_filter import touches
from engine.reasons import Reason

PUSH = "synchronize"


def held_back(event: PullRequestChanged, known: Known) -> Reason | None:
    """Why the head isn't built by itself; None when it is. The first reason counts.

    What isn't known yet (`known.change`) holds nothing back.
    """
    pull_request = known.current or event.pull_request
    return (
        _by_person(event, known)
        or (Reason.BAD_CONFIGURATION if known.project.problems else None)
        or (Reason.PREVIEW_STOPPED if known.was_stopped else None)
        or _by_word(pull_request, known)
        or _by_kind(pull_request, known)
    )


def _by_person(event: PullRequestChanged, known: Known) -> Reason | None:
    author = event.pull_request.author
    pushed_by_person = event.action == PUSH and not event.sender.bot
    if author.bot and not pushed_by_person:
        # Whoever pushes a branch of this repository may write to it: a bot needs no role beside that.
        return None if known.project.rules.admit_bot(author.login) else Reason.BOT_AUTHOR
    return None if known.role >= Role.WRITE else Reason.NOT_PERMITTED


def _by_word(pull_request: PullRequest, known: Known) -> Reason | None:
    """What somebody says about this very pull request or commit: it holds also while a preview is there."""
    if known.project.rules.prevented_by(pull_request.labels):
        return Reason.LABEL_PREVENTS
    message = known.change.message if known.change is not None else ""
    return Reason.SKIP_REQUESTED if asks_to_skip(pull_request.title) or asks_to_skip(message) else None


def _by_kind(pull_request: PullRequest, known: Known) -> Reason | None:
    """Rules about starting: once a person has asked for the preview, they stop no push."""
    project = known.project
    if project.start == "on_command" and not known.has_preview:
        return Reason.START_ON_COMMAND
    if known.asked_for:
        return None
    if pull_request.draft and not project.rules.drafts:
        return Reason.DRAFT
    if project.rules.lacking(pull_request.labels):
        return Reason.LABEL_MISSING
    paths = known.change.paths if known.change is not None else None
    untouched = bool(project.paths) and paths is not None and not touches(project.paths, paths)
    return Reason.PATHS_UNTOUCHED if untouched else None
