"""The check run of a commit, in the shapes of GitHub's Checks API. Pure: a view comes in, a value goes out."""

from dataclasses import dataclass

from engine.domain.build import STAGE_LABELS, BuildState, version_name
from engine.reasons import REMEDY, Reason
from engine.reports.actions import Action
from engine.reports.check_buttons import buttons_of
from engine.reports.escape import CHECK_LIMIT, cut, fence, link, one_line, sentence
from engine.reports.links import Links
from engine.reports.location import Location, location_in
from engine.reports.view import BuildView, CommitView, Stage
from engine.reports.words import iso, short, span
from engine.store.repositories import StoredRepository
from engine.store.skips import Skipped

CHECK_NAME = "Slipway preview"
#: GitHub shows no more of a title.
TITLE_LIMIT = 255

#: What the stage table shows of a timeline, which also tells of other things.
STAGE_KINDS = frozenset(state.value for state in BuildState if not state.terminal)

CONCLUSIONS = {
    BuildState.READY: "success",
    BuildState.FAILED: "failure",
    BuildState.CANCELLED: "cancelled",
    BuildState.SUPERSEDED: "neutral",
}

#: What is said of a commit that was not built.
SKIPPED = {
    Reason.FORK_NEEDS_APPROVAL: "The pull request comes from a fork, and nothing of a fork runs before it is approved.",
    Reason.START_ON_COMMAND: "Previews of this project start on command.",
    Reason.PREVIEW_STOPPED: "The preview was stopped, so this commit was not built.",
    Reason.SUPERSEDED: "A newer commit took this one's place before it was built.",
    Reason.NOT_PERMITTED: "Neither the author nor who pushed has write permission on this repository.",
    Reason.BAD_CONFIGURATION: "`slipway.yml` has problems.",
    Reason.UNREACHABLE: "GitHub did not answer in time, so this commit was not built.",
    Reason.DENIED: "GitHub refused what Slipway had to ask, so this commit was not built.",
    Reason.REPOSITORY_REMOVED: "The GitHub App can't reach this repository, so this commit was not built.",
    Reason.DRAFT: "The pull request is a draft, and drafts of this project get no preview by themselves.",
    Reason.BOT_AUTHOR: "The pull request is a bot's, and this project builds none of that bot by itself.",
    Reason.LABEL_MISSING: "The pull request has none of the labels that start a preview here.",
    Reason.LABEL_PREVENTS: "The pull request has a label that prevents previews.",
    Reason.PATHS_UNTOUCHED: "The pull request changes none of the files that this project's previews are made of.",
    Reason.SKIP_REQUESTED: "The title or the commit's message asks for no preview.",
}


@dataclass(frozen=True)
class CheckRun:
    """What a check run should show."""

    repository: StoredRepository
    sha: str
    #: By which it is found again.
    external_id: str
    #: None while the build goes on.
    conclusion: str | None
    title: str
    summary: str
    text: str
    #: Where its details link leads; empty: nowhere of ours.
    details_url: str
    started_at: str
    completed_at: str
    location: Location | None
    #: The sentence at that location.
    message: str
    #: Buttons, shown once the run is completed.
    actions: tuple[Action, ...] = ()
    name: str = CHECK_NAME


def check_run_of(view: CommitView, links: Links) -> CheckRun:
    """The check run that shows `view`."""
    if isinstance(view.outcome, Skipped):
        return _skipped(view, view.outcome)
    return _built(view, view.outcome, links)


def external_id(view: CommitView) -> str:
    """Names the check run of this commit and this installation of Slipway."""
    return external_id_of(view.instance, view.repository.id, view.sha)


def external_id_of(instance: str, repository_id: int, sha: str) -> str:
    """The same, of its parts."""
    return f"slipway:{instance}:{repository_id}:{sha}"


def _skipped(view: CommitView, skipped: Skipped) -> CheckRun:
    failed = skipped.reason is Reason.BAD_CONFIGURATION
    said = SKIPPED.get(skipped.reason, "This commit was not built.")
    problems = [f"- {sentence(problem)}" for problem in skipped.detail.splitlines()]
    summary = "\n".join([f"**{said}** {REMEDY[skipped.reason]}", "", *problems, "", f"`{skipped.reason}`"])
    at = iso(skipped.created_at)
    return CheckRun(
        repository=view.repository,
        sha=view.sha,
        external_id=external_id(view),
        conclusion="failure" if failed else "neutral",
        title=f"{'slipway.yml has problems' if failed else 'Not built'}: {skipped.reason}",
        summary=cut(summary, CHECK_LIMIT),
        text="",
        details_url="",
        started_at=at,
        completed_at=at,
        location=None,
        message="",
        actions=buttons_of(view),
    )


def _built(view: CommitView, built: BuildView, links: Links) -> CheckRun:
    build = built.build
    location = location_in(build.cause) if build.state is BuildState.FAILED else None
    return CheckRun(
        repository=view.repository,
        sha=view.sha,
        external_id=external_id(view),
        conclusion=CONCLUSIONS[build.state] if build.state.terminal else None,
        title=_title(built),
        summary=cut(_summary(view, built, links), CHECK_LIMIT),
        text=cut(_log(built), CHECK_LIMIT),
        details_url=links.job(build.id),
        started_at=iso(build.started_at or build.created_at),
        completed_at=iso(build.finished_at or built.updated_at) if build.state.terminal else "",
        location=location,
        message=one_line(build.cause, 1000) or "The build failed here.",
        actions=buttons_of(view),
    )


def _title(built: BuildView) -> str:
    build = built.build
    if build.state is BuildState.READY:
        return f"Ready in {span((build.finished_at or built.updated_at) - build.created_at)}"
    if build.state is BuildState.FAILED:
        return one_line(f"Failed: {build.cause or build.status_message}", TITLE_LIMIT)
    return STAGE_LABELS[build.state]


def _summary(view: CommitView, built: BuildView, links: Links) -> str:
    build = built.build
    lines = [f"`{version_name(build.number)}` of commit `{short(build.sha)}`: **{STAGE_LABELS[build.state]}**"]
    if build.state is BuildState.READY and view.preview is not None and view.preview.life == "open":
        lines += ["", link("Open the preview", links.preview(view.preview.label))]
    if build.cause:
        lines += ["", f"**Cause:** {sentence(build.cause)}"]
    if build.fix:
        lines += ["", f"**Fix:** {sentence(build.fix)}"]
    lines += ["", "| stage | took |", "|---|---|", *(_row(stage) for stage in built.stages if _is_stage(stage))]
    lines += ["", link("Job page with the whole log", links.job(build.id))]
    return "\n".join(lines)


def _is_stage(stage: Stage) -> bool:
    return stage.kind in STAGE_KINDS


def _row(stage: Stage) -> str:
    took = "…" if stage.seconds is None else span(stage.seconds)
    return f"| {STAGE_LABELS[BuildState(stage.kind)]} | {took} |"


def _log(built: BuildView) -> str:
    if not built.log_tail:
        return ""
    return f"The last {len(built.log_tail)} lines of the log:\n\n{fence(built.log_tail)}"
