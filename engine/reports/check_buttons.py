"""Which buttons a commit's check run offers once it is completed; each is a command (engine.commands.buttons)."""

from typing import assert_never

from engine.commands import buttons
from engine.domain.build import BuildState
from engine.reasons import Reason
from engine.reports.actions import Action
from engine.reports.view import BuildView, CommitView
from engine.store.skips import Skipped

RETRY = Action("Retry", "Build this commit again", buttons.RETRY)
RESTART = Action("Build again", "Build this commit again", buttons.RESTART)
STOP = Action("Stop preview", "End the preview and free what it uses", buttons.STOP)
START = Action("Start preview", "Build this commit all the same", buttons.START)

#: What a person may start all the same; the others need more than a press.
STARTABLE = frozenset(
    {
        Reason.START_ON_COMMAND,
        Reason.PREVIEW_STOPPED,
        Reason.NOT_PERMITTED,
        Reason.UNREACHABLE,
        Reason.DRAFT,
        Reason.BOT_AUTHOR,
        Reason.LABEL_MISSING,
        Reason.LABEL_PREVENTS,
        Reason.PATHS_UNTOUCHED,
        Reason.SKIP_REQUESTED,
    }
)


def buttons_of(view: CommitView) -> tuple[Action, ...]:
    """The buttons for what the check run shows; none while the build goes on, or once another build took its place."""
    match view.outcome:
        case Skipped(reason=reason):
            return (START,) if reason in STARTABLE else ()
        case BuildView():
            return _of_build(view, view.outcome)
        case _:
            assert_never(view.outcome)


def _of_build(view: CommitView, built: BuildView) -> tuple[Action, ...]:
    build, preview = built.build, view.preview
    if preview is None or preview.life == "removed" or preview.newest_build_id != build.id:
        return ()
    if build.state is BuildState.READY:
        return (RESTART, STOP) if preview.life == "open" else (START,)
    return (RETRY,) if build.state.terminal else ()
