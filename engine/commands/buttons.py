"""The buttons, and the command that each is: GitHub's own "Re-run", those of check runs, those of the job page."""

from engine.commands.table import Verb

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
}
