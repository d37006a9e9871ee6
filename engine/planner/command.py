"""What a command leads to, asked for by comment or by button."""

from typing import assert_never

from engine.commands.table import Verb
from engine.domain.build import STAGE_LABELS, Build, BuildState
from engine.planner.answers import log_answer, status_answer
from engine.planner.asked import Asked
from engine.planner.decision import (
    Answer,
    CancelBuild,
    Decision,
    FollowBuild,
    Nothing,
    Refuse,
    StartBuild,
    StopPreview,
)
from engine.planner.environment_words import environments_answer, help_answer
from engine.planner.fork_gate import plan_fork_gate
from engine.planner.head import buildable_head, moved, refuse
from engine.planner.known import Known
from engine.planner.permission import refusal_of
from engine.planner.readiness import plan_readiness
from engine.reasons import Reason
from engine.reports.escape import code
from engine.reports.words import short


def plan_asked(asked: Asked, known: Known) -> Decision:
    """Pure. Who may not is told so before anything else."""
    return refusal_of(asked.verb, known.login, known.role) or _decided(asked, known)


def _decided(asked: Asked, known: Known) -> Decision:
    match asked.verb:
        case Verb.PREVIEW:
            return _preview(asked, known)
        case Verb.PREVIEW_STOP:
            return _stop(asked, known)
        case Verb.PREVIEW_RESTART:
            return _restart(asked, known)
        case Verb.CANCEL:
            return _cancel(known)
        case Verb.RETRY:
            return _retry(asked, known)
        case Verb.LOGS:
            return _logs(asked, known)
        case Verb.READINESS | Verb.FIX:
            return plan_readiness(asked, known)
        case Verb.STATUS:
            of_preview = [status_answer(known)] if asked.placed else []
            return Answer("\n\n".join([*of_preview, environments_answer(known)]))
        case Verb.HELP:
            return Answer(help_answer(known))
        case Verb.APPROVE | Verb.REJECT:
            return plan_fork_gate(asked, known)
        case (
            Verb.DEPLOY
            | Verb.ROLLBACK
            | Verb.PROMOTE
            | Verb.LOCK
            | Verb.UNLOCK
            | Verb.RESTART
            | Verb.ENV_LIST
            | Verb.ENV_UNSET
        ):
            return Nothing("what is asked of an environment is decided in engine.deploy")
        case _:
            assert_never(asked.verb)


def _preview(asked: Asked, known: Known) -> Decision:
    head = buildable_head(asked, known)
    if isinstance(head, Refuse):
        return head
    build = _newest_of(head, known)
    if build is not None and (_on_its_way(build) or _serves(build, known)):
        return FollowBuild(build.id)
    return StartBuild(head, known.project.access, known.login)


def _restart(asked: Asked, known: Known) -> Decision:
    head = buildable_head(asked, known)
    if isinstance(head, Refuse):
        return head
    build = _newest_of(head, known)
    if asked.button and build is not None and _on_its_way(build):
        # Pressed twice, or "Re-run" of a check that goes on.
        return FollowBuild(build.id)
    return StartBuild(head, known.project.access, known.login)


def _retry(asked: Asked, known: Known) -> Decision:
    head = buildable_head(asked, known)
    if isinstance(head, Refuse):
        return head
    build = known.newest
    if build is None or build.sha != head:
        return refuse(Reason.NOTHING_TO_RETRY, f"The head commit {code(short(head))} was not built.")
    if _on_its_way(build):
        return FollowBuild(build.id)
    if build.state is BuildState.READY:
        return refuse(Reason.NOTHING_TO_RETRY, f"{_named(build)} went well.")
    return StartBuild(head, known.project.access, known.login)


def _cancel(known: Known) -> Decision:
    build = known.seen
    if build is None:
        return refuse(Reason.NOTHING_TO_CANCEL, "Nothing was being built here.")
    if build.state.terminal:
        return refuse(Reason.ALREADY_FINISHED, f"{_named(build)} is over: {STAGE_LABELS[build.state].lower()}.")
    return FollowBuild(build.id) if build.stop_wanted else CancelBuild(build.id)


def _stop(asked: Asked, known: Known) -> Decision:
    if asked.button and known.newest_sha not in ("", asked.sha):
        return moved(asked, known.newest_sha)
    if not known.has_preview:
        return refuse(Reason.NO_PREVIEW, "There is no preview to stop.")
    return StopPreview("The preview is stopped. Comment `/preview` to start it again.")


def _logs(asked: Asked, known: Known) -> Decision:
    if known.log is None:
        return refuse(Reason.NO_LOG, "Nothing was built here yet.")
    stage = asked.given[0] if asked.given else ""
    if not known.log.lines:
        of_stage = f" of the stage {code(stage)}" if stage else ""
        return refuse(Reason.NO_LOG, f"The log of {_named(known.log.build)} has no line{of_stage}.")
    return Answer(log_answer(known.log, stage))


def _newest_of(sha: str, known: Known) -> Build | None:
    """The newest build of a preview that is there, if it is of this commit."""
    return known.newest if known.has_built == sha else None


def _on_its_way(build: Build) -> bool:
    return not build.state.terminal and not build.stop_wanted


def _serves(build: Build, known: Known) -> bool:
    serving = known.preview.serving_build_id if known.preview is not None else ""
    return build.state is BuildState.READY and serving == build.id


def _named(build: Build) -> str:
    return f"`{build.version}` of commit {code(short(build.sha))}"
