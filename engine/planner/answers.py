"""The answers to `/status` and `/logs` about a preview, in words."""

from engine.domain.build import STAGE_LABELS, BuildState
from engine.planner.known import Known, LogEnd
from engine.reports.escape import code, fence, sentence
from engine.reports.words import short

#: Characters of a log in an answer: three answers fit into one comment.
LOG_LIMIT = 15_000


def status_answer(known: Known) -> str:
    """Where the preview stands, and why. The table above it in the comment has the links."""
    if known.preview is None:
        return "Preview: there is none yet. Comment `/preview` to make one."
    if known.preview.life == "removed":
        return "Preview: removed, since the pull request was closed or its labels ended it."
    if known.preview.life == "stopped":
        return "Preview: stopped by `/preview stop`. Comment `/preview` to start it again."
    build = known.newest
    if build is None:
        return "Preview: nothing was built yet. Comment `/preview` to start."
    said = f"Preview: `{build.version}` of commit {code(short(build.sha))}: {STAGE_LABELS[build.state]}."
    if build.state is BuildState.FAILED:
        said += f" {sentence(build.cause or build.status_message)} {sentence(build.fix)}".rstrip()
    if known.preview.serving_build_id and known.preview.serving_build_id != build.id:
        said += " An older build answers on the link meanwhile."
    return said


def log_answer(log: LogEnd, stage: str) -> str:
    """The end of a log as a code block that nothing in it ends, saying what is left out."""
    what = f"`{log.build.version}` of commit {code(short(log.build.sha))}" + (f", stage {code(stage)}" if stage else "")
    left_out = f" Only the last {len(log.lines)} of {log.total} lines are shown." if len(log.lines) < log.total else ""
    return f"Log of {what}.{left_out} The job page has all of it.\n\n{fence(log.lines, LOG_LIMIT)}"
