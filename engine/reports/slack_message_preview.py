"""The one message about a preview in a channel. Pure: a scene comes in, words go out."""

from slack_sdk.models.blocks import ButtonElement

from engine.domain.build import Build, BuildState
from engine.domain.preview import PreviewState
from engine.reports.escape import code, link, sentence, text
from engine.reports.links import Links
from engine.reports.slack_blocks import Words, button, leading, row, section, words_of
from engine.reports.slack_message_view import PreviewScene
from engine.reports.words import short, span, status
from engine.slack import buttons
from engine.slack.buttons import Bound
from engine.slack.mrkdwn import for_slack, plain

#: Ends after which the same may be tried once more.
ENDED_BADLY = frozenset({BuildState.FAILED, BuildState.CANCELLED})
#: Characters of a cause, of a fix, and of a pull request's title that are shown.
LONGEST_CAUSE, LONGEST_FIX, LONGEST_TITLE = 800, 500, 150


def preview_root(scene: PreviewScene, links: Links) -> Words:
    """The one message in the channel."""
    paragraphs = [f"{title_of(scene, links)}\n{origin_of(scene, links)}", *_state(scene, links)]
    blocks = [*(section(for_slack(each)) for each in paragraphs), *row(_buttons(scene, links))]
    return words_of(headline_of(scene), blocks)


def headline_of(scene: PreviewScene) -> str:
    """One line of plain words, for notifications."""
    name = plain(scene.view.repository.full_name, 200)
    return f"{name} #{scene.view.preview.number}: preview {_word(scene)}"


def title_of(scene: PreviewScene, links: Links) -> str:
    """Which pull request it is of, and how far it is. Markdown."""
    view, known = scene.view, scene.pull_request
    sign, _, _ = status(scene.state, scene.newest.state).partition(" ")
    shown = "" if sign.isascii() else f"{sign} "
    number = f"#{view.preview.number}"
    app = links.settings.github
    if app is not None:
        number = link(number, f"{app.web_url}/{view.repository.full_name}/pull/{view.preview.number}")
    title = f"\n{text(known.title, LONGEST_TITLE)}" if known is not None and known.title.strip() else ""
    return f"{shown}**{text(view.repository.full_name)}** {number}: preview {_word(scene)}{title}"


def origin_of(scene: PreviewScene, links: Links) -> str:
    """The commit, who wanted it, and how long it took. Markdown."""
    build = scene.newest
    said = [f"Commit {code(short(build.sha))}, {link(build.version, links.job(build.id))}"]
    said += [f"asked for by {code(build.requested_by)}"] if build.requested_by else []
    if build.started_at is not None and build.finished_at is not None:
        said.append(f"took {span(max(0.0, build.finished_at - build.started_at))}")
    return ", ".join(said)


def why_of(build: Build) -> list[str]:
    """What went wrong, and what helps. Markdown lines."""
    lines = [f"**Cause:** {sentence(build.cause or build.status_message or 'not known', LONGEST_CAUSE)}"]
    return [*lines, *([f"**Fix:** {sentence(build.fix, LONGEST_FIX)}"] if build.fix else [])]


def death_of(scene: PreviewScene) -> list[str]:
    """Why nothing answers though it was built. Markdown lines."""
    told = sentence(scene.view.preview.death or "not known", LONGEST_CAUSE)
    command = code(f"/preview restart {scene.view.repository.full_name}#{scene.view.preview.number}")
    return [
        f"**Cause:** the application ended by itself again and again: {told}",
        f"Comment {command} to try once more.",
    ]


def _state(scene: PreviewScene, links: Links) -> list[str]:
    """A paragraph about where it stands, where its title doesn't say it all. Markdown."""
    view, build = scene.view, scene.newest
    if view.preview.life != "open":
        return []
    told: list[str] = []
    if build.state is BuildState.FAILED:
        told.append("\n".join(why_of(build)))
    elif scene.failing:
        told.append("\n".join(death_of(scene)))
    elif build.state is BuildState.CANCELLED and build.status_message:
        told.append(sentence(build.status_message, LONGEST_CAUSE))
    if view.preview.serving_build_id:
        older = "" if view.preview.serving_build_id == build.id else f" serves {code(short(view.shown[0].sha))}"
        told.append(f"{links.preview(view.preview.label)}{older}")
    return told


def _buttons(scene: PreviewScene, links: Links) -> list[ButtonElement]:
    """What can be done about it now; each is bound to the newest commit, and goes once there is another."""
    preview, build = scene.view.preview, scene.newest
    bound = Bound(preview.id, build.sha)
    found: list[ButtonElement] = []
    if preview.life != "open":
        return found
    if preview.serving_build_id:
        found.append(leading("Open", links.preview(preview.label)))
    if scene.moved:
        return found
    if not build.state.terminal and not build.stop_wanted:
        found.append(button("Cancel", buttons.CANCEL, bound))
    if build.state in ENDED_BADLY:
        found.append(button("Retry", buttons.RETRY, bound))
    if scene.failing and not preview.serving_build_id:
        found.append(leading("Log", links.job(build.id)))
    return found


def _word(scene: PreviewScene) -> str:
    if scene.failing and scene.newest.state is BuildState.READY:
        return "down"
    if scene.state is PreviewState.REMOVED:
        return "removed"
    said = status(scene.state, scene.newest.state)
    first, _, rest = said.partition(" ")
    return (said if first.isascii() else rest).lower()
