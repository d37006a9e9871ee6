"""What a comment leads to."""

import re
from typing import assert_never

from engine.commands.parse import Command, Help, Mistake, NotACommand, Parsed
from engine.commands.table import FIXES, LOGGED_STAGES, Verb
from engine.domain.event import Commented
from engine.planner.asked import asked_in_comment
from engine.planner.command import plan_asked
from engine.planner.decision import Answer, Decision, Nothing, Refuse
from engine.planner.environment_words import help_answer
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
            return refusal_of(Verb.HELP, known.login, known.role) or Answer(help_answer(known))
        case Mistake():
            return refusal_of(Verb.HELP, known.login, known.role) or mistake(parsed)
        case Command():
            return plan_asked(asked_in_comment(event, parsed, known), known)
        case _:
            assert_never(parsed)


def mistake(parsed: Mistake) -> Refuse:
    """What is said about a command that isn't one."""
    if TYPED_VALUE.match(parsed.written):
        return Refuse(parsed.reason, f"{code(parsed.written)} {NEVER_TYPED}")
    meant = f" Did you mean `{parsed.meant}`?" if parsed.meant not in ("", parsed.written) else ""
    said = WRONG.get(parsed.reason, "has words that the command doesn't take.")
    return Refuse(parsed.reason, f"{code(parsed.written)} {said}{meant} {REMEDY[parsed.reason]}")


#: Somebody typed a value where everybody who may read it has read it.
TYPED_VALUE = re.compile(r"/(?:slipway\s+)?env\s+(?:set|add)\b", re.IGNORECASE)
NEVER_TYPED = (
    "is not a command: values are never typed behind one. Set them on the environment's page or with "
    "`slipway env set`, and change this value where it comes from: the history here keeps it."
)

WRONG = {
    Reason.UNKNOWN_COMMAND: "is not a command.",
    Reason.NO_SUCH_STAGE: f"names no stage of a build; there are {', '.join(f'`{stage}`' for stage in LOGGED_STAGES)}.",
    Reason.NO_SUCH_FIX: f"names no fix; there are {', '.join(f'`{name}`' for name in FIXES)}.",
}
