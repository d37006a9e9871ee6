"""The one comment of a pull request, as Markdown. Pure: a view comes in, a value goes out."""

from dataclasses import dataclass

from engine.domain.build import STAGE_LABELS, Build, BuildState
from engine.domain.preview import Preview, PreviewState
from engine.reasons import REMEDY
from engine.reports.check_text import SKIPPED
from engine.reports.deploy_section import BY_COMMAND_ONLY, deploy_section, release_answer
from engine.reports.escape import COMMENT_LIMIT, code, cut, link, sentence
from engine.reports.inspection_answer import inspection_answer
from engine.reports.links import Links
from engine.reports.readiness_section import readiness_section
from engine.reports.view import Answer, PullRequestView
from engine.reports.words import NOTHING, moment, short, status
from engine.store import asks
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class StickyComment:
    """What the comment should show."""

    repository: StoredRepository
    number: int
    #: Hidden first line, by which it is found again.
    marker: str
    body: str


def sticky_comment_of(view: PullRequestView, links: Links) -> StickyComment | None:
    """The comment that shows `view`; None while nobody asked for anything, and nothing was built, deployed or seen."""
    if view.preview is None and not view.answers and not view.deploys and view.readiness is None:
        return None
    marker = f"<!-- slipway:{view.instance}:{view.repository.id}:{view.number} -->"
    deploys = deploy_section(view.deploys, links) or ([BY_COMMAND_ONLY] if view.by_command_only else [])
    head = view.pull_request.head_sha if view.pull_request is not None else ""
    readiness = readiness_section(view.readiness, head, links)
    parts = [marker, _table(view, links), *_notes(view, links), *deploys, *readiness, _answers(view, links)]
    body = cut("\n\n".join(part for part in parts if part), COMMENT_LIMIT)
    return StickyComment(view.repository, view.number, marker, body)


def _table(view: PullRequestView, links: Links) -> str:
    newest = view.newest
    row = (
        code(view.repository.full_name.rpartition("/")[2]),
        status(view.state, newest.build.state if newest else None),
        _preview_cell(view, links),
        code(short(newest.build.sha)) if newest else NOTHING,
        moment(view.updated_at),
    )
    return "\n".join(
        [
            "| Name | Status | Preview | Commit | Updated (UTC) |",
            "|---|---|---|---|---|",
            f"| {' | '.join(row)} |",
        ]
    )


def _preview_cell(view: PullRequestView, links: Links) -> str:
    """The link while something answers on it, with its commit when that isn't the newest."""
    if view.preview is None or view.serving is None or view.state in (PreviewState.STOPPED, PreviewState.REMOVED):
        return NOTHING
    opened = link("Open", links.preview(view.preview.label))
    if view.newest is not None and view.newest.build.sha == view.serving.sha:
        return opened
    return f"{opened}, serves {code(short(view.serving.sha))}"


def _notes(view: PullRequestView, links: Links) -> list[str]:
    """What there is to say under the table, one paragraph each."""
    if view.state is PreviewState.REMOVED:
        if view.pull_request is None or not view.pull_request.open:
            return ["Preview removed: the pull request is closed."]
        return ["Preview removed: the pull request's labels ended it. Comment `/preview` to make one all the same."]
    notes = []
    if view.state is PreviewState.STOPPED:
        notes.append("Preview stopped. Comment `/preview` to start it again.")
    if view.newest is not None:
        notes += _build_notes(view.newest.build, links)
    if view.preview is not None and view.preview.deaths:
        notes.append(_deaths_note(view.preview))
    if view.skipped is not None:
        said = SKIPPED.get(view.skipped.reason, "It was not built.")
        lines = [f"Commit {code(short(view.skipped.sha))}: {said} {REMEDY[view.skipped.reason]}"]
        notes.append("\n".join([*lines, *(f"- {sentence(each)}" for each in view.skipped.detail.splitlines())]))
    return notes


def _deaths_note(preview: Preview) -> str:
    """What an application that dies by itself is at; gone once it has been well for a while."""
    times = "once" if preview.deaths == 1 else f"{preview.deaths} times"
    said = f"The application ended by itself {times}, the last time because: {sentence(preview.death)}"
    if preview.down:
        return f"**Down:** {said} It is not started again; comment `/preview restart` to try once more."
    if preview.revive_at:
        return f"**Restarting:** {said}"
    return f"**Restarted {times}:** {said}"


def _build_notes(build: Build, links: Links) -> list[str]:
    notes = []
    if build.state is BuildState.FAILED:
        notes.append(f"**Cause:** {sentence(build.cause or build.status_message)}")
        if build.fix:
            notes.append(f"**Fix:** {sentence(build.fix)}")
    if build.state is BuildState.CANCELLED:
        notes.append(sentence(build.status_message))
    return [*notes, f"{link('Job page with the log', links.job(build.id))} of `{build.version}`"]


def _answers(view: PullRequestView, links: Links) -> str:
    if not view.answers:
        return ""
    told = "\n\n".join(_answer(answer, view, links) for answer in view.answers)
    return f"<details><summary>Last answers</summary>\n\n{told}\n\n</details>"


def _answer(answer: Answer, view: PullRequestView, links: Links) -> str:
    ask = answer.ask
    if answer.release is not None:
        said = release_answer(answer.release, links)
    elif answer.look is not None:
        said = inspection_answer(answer.look, links)
    elif answer.build is None:
        said = ask.answer
    elif ask.command == asks.CANCEL:
        said = _cancel_answer(answer.build, links, proven=answer.proven)
    else:
        said = _build_answer(answer.build, view, links)
    return f"**{code(ask.command)}** by {code(ask.login)}, {moment(ask.created_at)} UTC:\n\n{said}"


def _cancel_answer(build: Build, links: Links, *, proven: bool) -> str:
    """How the end goes of the build that somebody cancelled."""
    named = f"`{build.version}` of commit {code(short(build.sha))}"
    job = link("job page", links.job(build.id))
    match build.state:
        case BuildState.CANCELLED:
            left = ", and nothing of it is left" if proven else ""
            return f"{named} is cancelled{left} ({job}). {sentence(build.status_message)}"
        case BuildState.SUPERSEDED:
            return f"{named} ended, since a newer commit took its place ({job})."
        case BuildState.READY | BuildState.FAILED:
            return f"{named} was over before it could be cancelled: {STAGE_LABELS[build.state].lower()} ({job})."
        case _:
            return f"{named} is being cancelled. This answer says when nothing of it is left ({job})."


def _build_answer(build: Build, view: PullRequestView, links: Links) -> str:
    """How the build stands that the ask started or found."""
    commit = code(short(build.sha))
    job = link("job page", links.job(build.id))
    match build.state:
        case BuildState.READY if view.preview is not None and view.preview.serving_build_id == build.id:
            return f"Commit {commit} is ready: {link('open the preview', links.preview(view.preview.label))}."
        case BuildState.READY:
            return f"Commit {commit} was built ({job}); it doesn't answer any more."
        case BuildState.FAILED:
            return f"Commit {commit} failed: {sentence(build.cause or build.status_message)} See the {job}."
        case BuildState.CANCELLED:
            return f"The build of commit {commit} was cancelled ({job})."
        case BuildState.SUPERSEDED:
            return f"A newer commit took the place of {commit} before it was built ({job})."
        case _:
            return f"Commit {commit} is being built: follow it on the {job}."
