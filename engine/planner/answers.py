"""The answer to `/status`, in words."""

from engine.domain.build import STAGE_LABELS, BuildState
from engine.planner.known import Known
from engine.reports.escape import code, sentence
from engine.reports.words import short


def status_answer(known: Known) -> str:
    """Where the preview stands, and why. The table above it in the comment has the links."""
    if known.preview is None:
        return "Preview: there is none yet. Comment `/preview` to make one."
    if known.preview.life == "removed":
        return "Preview: removed, since the pull request was closed."
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
