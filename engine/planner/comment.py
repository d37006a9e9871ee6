"""What a comment leads to."""

from typing import assert_never

from engine.commands.parse import Command, Help, Mistake, NotACommand, Parsed
from engine.commands.table import Verb, help_text
from engine.domain.build import BuildState
from engine.domain.event import Commented
from engine.planner.answers import status_answer
from engine.planner.decision import Answer, Decision, FollowBuild, Nothing, Refuse, StartBuild, StopPreview
from engine.planner.known import Known
from engine.planner.permission import refusal_of
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code, sentence
from engine.reports.words import short


def plan_comment(event: Commented, parsed: Parsed, known: Known) -> Decision:
    """Pure. Whoever may not read the repository is told nothing but that."""
    match parsed:
        case NotACommand():
            return Nothing("the comment holds no command")
        case Help():
            return refusal_of(Verb.HELP, known.login, known.role) or Answer(help_text())
        case Mistake():
            return refusal_of(Verb.HELP, known.login, known.role) or mistake(parsed)
        case Command(entry):
            return refusal_of(entry.verb, known.login, known.role) or _command(entry.verb, event, known)
        case _:
            assert_never(parsed)


def mistake(parsed: Mistake) -> Refuse:
    """What is said about a command that isn't one."""
    meant = f" Did you mean `{parsed.meant}`?" if parsed.meant else ""
    said = "is not a command" if parsed.reason is Reason.UNKNOWN_COMMAND else "has words that the command doesn't take"
    return Refuse(parsed.reason, f"{code(parsed.written)} {said}.{meant} {REMEDY[parsed.reason]}")


def _command(verb: Verb, event: Commented, known: Known) -> Decision:
    match verb:
        case Verb.PREVIEW:
            return _preview(event, known)
        case Verb.PREVIEW_STOP:
            return _stop(known)
        case Verb.STATUS:
            return Answer(status_answer(known))
        case Verb.HELP:
            return Answer(help_text())
        case _:
            assert_never(verb)


def _preview(event: Commented, known: Known) -> Decision:
    current = known.current
    if current is None or not (current.open and event.pull_request_open):
        return _refuse(Reason.PULL_REQUEST_CLOSED, "This pull request is closed, so it has no preview.")
    if current.head_repository_id != known.repository_id:
        said = "This pull request comes from a fork, and nothing of a fork runs before it is approved."
        return _refuse(Reason.FORK_NEEDS_APPROVAL, said, sha=current.head_sha)
    bound = known.bound_sha or current.head_sha
    head = known.newest_sha if known.newest_sha not in ("", bound) else current.head_sha
    if head != bound:
        return _refuse(
            Reason.HEAD_MOVED,
            f"When you asked, the newest commit here was {code(short(bound))}; meanwhile {code(short(head))} has come.",
        )
    if known.project.problems:
        problems = "\n".join(f"- {sentence(each)}" for each in known.project.problems)
        refused = _refuse(Reason.BAD_CONFIGURATION, "`slipway.yml` has problems.", sha=bound)
        return Refuse(refused.reason, f"{refused.sentence}\n{problems}", bound, "\n".join(known.project.problems))
    found = _already(bound, known)
    return FollowBuild(found) if found else StartBuild(bound, known.project.access, known.login)


def _already(sha: str, known: Known) -> str:
    """The build that is on its way or answers for this commit; empty when one has to be made."""
    if not known.has_preview or known.preview is None or known.newest is None or known.newest.sha != sha:
        return ""
    build = known.newest
    if build.stop_wanted and not build.state.terminal:
        return ""
    serves = build.state is BuildState.READY and known.preview.serving_build_id == build.id
    return build.id if serves or not build.state.terminal else ""


def _stop(known: Known) -> Decision:
    if not known.has_preview:
        return _refuse(Reason.NO_PREVIEW, "There is no preview to stop.")
    return StopPreview("The preview is stopped. Comment `/preview` to start it again.")


def _refuse(reason: Reason, said: str, sha: str = "") -> Refuse:
    return Refuse(reason, f"{said} {REMEDY[reason]}", sha)
