"""What a comment leads to."""

from typing import assert_never

from engine.commands.parse import Command, Help, Mistake, NotACommand, Parsed
from engine.commands.table import LOGGED_STAGES, Verb, help_text
from engine.domain.event import Commented
from engine.planner.asked import asked_in_comment
from engine.planner.command import plan_asked
from engine.planner.decision import Answer, Decision, Nothing, Refuse
from engine.planner.known import Known
from engine.planner.permission import refusal_of
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code


def plan_comment(event: Commented, parsed: Parsed, known: Known) -> Decision:
    """Pure. Whoever may not read the repository is told nothing but that."""
    match parsed:
        case NotACommand():
            return Nothing("the comment holds no command")
        case Help():
            return refusal_of(Verb.HELP, known.login, known.role) or Answer(help_text())
        case Mistake():
            return refusal_of(Verb.HELP, known.login, known.role) or mistake(parsed)
        case Command():
            return plan_asked(asked_in_comment(event, parsed, known), known)
        case _:
            assert_never(parsed)


def mistake(parsed: Mistake) -> Refuse:
    """What is said about a command that isn't one."""
    meant = f" Did you mean `{parsed.meant}`?" if parsed.meant else ""
    said = WRONG.get(parsed.reason, "has words that the command doesn't take.")
    return Refuse(parsed.reason, f"{code(parsed.written)} {said}{meant} {REMEDY[parsed.reason]}")


WRONG = {
    Reason.UNKNOWN_COMMAND: "is not a command.",
    Reason.NO_SUCH_STAGE: f"names no stage of a build; there are {', '.join(f'`{stage}`' for stage in LOGGED_STAGES)}.",
}
