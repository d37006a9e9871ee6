"""The buttons, and the command that each is: GitHub's own "Re-run", those of check runs, those of the job page."""

from engine.commands.parse import Command
from engine.commands.table import FIXES, Verb, entry_of

RERUN = "rerun"
RETRY = "retry"
RESTART = "restart"
STOP = "stop_preview"
START = "start"
CANCEL = "cancel"
APPROVE = "approve"
REJECT = "reject"
DEPLOY = "deploy"
ROLLBACK = "rollback"
READINESS = "readiness"
#: Before the name of what it writes.
FIX = "fix:"

BUTTONS: dict[str, Verb] = {
    RERUN: Verb.PREVIEW_RESTART,
    RETRY: Verb.RETRY,
    RESTART: Verb.PREVIEW_RESTART,
    STOP: Verb.PREVIEW_STOP,
    START: Verb.PREVIEW,
    CANCEL: Verb.CANCEL,
    APPROVE: Verb.APPROVE,
    REJECT: Verb.REJECT,
    DEPLOY: Verb.DEPLOY,
    ROLLBACK: Verb.ROLLBACK,
    READINESS: Verb.READINESS,
    **{f"{FIX}{name}": Verb.FIX for name in FIXES},
}


def command_at(button: str) -> Command:
    """The command that a button is. Raises KeyError for what is no button."""
    verb = BUTTONS[button]
    return Command(entry_of(verb), (button.removeprefix(FIX),) if verb is Verb.FIX else ())
