"""The one message about a release in a channel. Pure: a scene comes in, words go out."""

from typing import assert_never

from slack_sdk.models.blocks import ButtonElement

from engine.domain.release import DEPLOY_LABELS, DeployState, Release, ReleaseKind, Waiting
from engine.reports.deploy_words import SIGNS, asker, openers
from engine.reports.escape import code, link, sentence, text
from engine.reports.links import Links
from engine.reports.release_view import ReleaseView
from engine.reports.slack_blocks import DANGER, PRIMARY, Words, button, leading, row, section, words_of
from engine.reports.slack_message_view import ReleaseScene
from engine.reports.words import short, span
from engine.slack import buttons
from engine.slack.buttons import Bound
from engine.slack.mrkdwn import for_slack, plain

#: The way of a release that is built, for how far it is on it.
WAY = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING)
#: Characters of a cause and of a fix that are shown.
LONGEST_CAUSE, LONGEST_FIX = 800, 500
#: Ends after which the same may be tried once more.
ENDED_BADLY = frozenset({DeployState.FAILED, DeployState.SECURITY_FAILED, DeployState.CANCELLED})
HEADS, TAGS, PULLS = "refs/heads/", "refs/tags/", "refs/pull/"


def release_root(scene: ReleaseScene, links: Links) -> Words:
    """The one message in the channel."""
    view = scene.view
    paragraphs = [f"{title_of(view, links)}\n{origin_of(view)}", *_state(scene, links)]
    blocks = [*(section(for_slack(each)) for each in paragraphs), *row(_buttons(scene, links))]
    return words_of(headline_of(view), blocks)


def headline_of(view: ReleaseView) -> str:
    """One line of plain words, for notifications."""
    repository, environment = plain(view.repository.full_name, 200), plain(view.environment.name, 100)
    return f"{repository} → {environment}: {_word(view)} {view.release.name}"


def title_of(view: ReleaseView, links: Links) -> str:
    """Where it goes, and how far it is. Markdown."""
    release = view.release
    named = link(release.name, links.release(release.id))
    place = f"**{text(view.repository.full_name)}** → **{text(view.environment.name)}**"
    left = ""
    if release.state is DeployState.DEPLOYED and view.successor is not None:
        left = f", then replaced by {view.successor.name}"
    made = {ReleaseKind.DEPLOY: "", ReleaseKind.ROLLBACK: " (rollback)", ReleaseKind.PROMOTION: " (promotion)"}
    return f"{_sign(view)} {place}: {_word(view)} {named}{made[release.kind]}{left}"


def origin_of(view: ReleaseView) -> str:
    """The commit, who wanted it, and how long it took. Markdown."""
    release = view.release
    said = [f"Commit {code(short(release.sha))}{_found(release)}", f"asked for by {asker(release)}"]
    if release.started_at is not None and release.finished_at is not None and release.state.terminal:
        said.append(f"took {span(max(0.0, release.finished_at - release.started_at))}")
    return ", ".join(said)


def _state(scene: ReleaseScene, links: Links) -> list[str]:
    """A paragraph about where it stands, where its title doesn't say it all. Markdown."""
    view, release = scene.view, scene.view.release
    match release.state:
        case DeployState.PENDING:
            return [_wait(scene)]
        case DeployState.SECURITY_SCANNING | DeployState.BUILDING | DeployState.DEPLOYING | DeployState.ROLLING_BACK:
            return [_progress(release)]
        case DeployState.DEPLOYED if view.down:
            return [f"**Cause:** {sentence(view.environment.death, LONGEST_CAUSE)} {restart_hint(view)}"]
        case DeployState.DEPLOYED if view.serves:
            return [links.environment(view.environment.label)]
        case DeployState.DEPLOYED:
            return []
        case DeployState.ROLLED_BACK if view.served:
            return [sentence(release.status_message, LONGEST_CAUSE)]
        case DeployState.FAILED | DeployState.SECURITY_FAILED | DeployState.ROLLED_BACK:
            return ["\n".join(why_of(view))]
        case DeployState.CANCELLED:
            return [sentence(release.status_message, LONGEST_CAUSE)] if release.status_message else []
        case _:
            assert_never(release.state)


def restart_hint(view: ReleaseView) -> str:
    """How what died is started again. Markdown."""
    command = code(f"/restart {view.repository.full_name} {view.environment.name}")
    return f"Comment {command} to start it again."


def why_of(view: ReleaseView) -> list[str]:
    """What went wrong, what helps, and what is left of it. Markdown lines."""
    release = view.release
    lines = [f"**Cause:** {sentence(release.cause or release.status_message or 'not known', LONGEST_CAUSE)}"]
    lines += [f"**Fix:** {sentence(release.fix, LONGEST_FIX)}"] if release.fix else []
    if view.environment.release_id not in ("", release.id):
        lines.append(f"What {text(view.environment.name)} served before, it serves on.")
    return lines


def _wait(scene: ReleaseScene) -> str:
    view, release = scene.view, scene.view.release
    said = sentence(release.status_message or "Waiting", LONGEST_CAUSE)
    if release.stop_wanted or not scene.waits_for_approval or view.gate is None:
        return said
    return f"{said} {openers(view.gate, view.environment)}."


def _progress(release: Release) -> str:
    said = sentence(release.status_message or DEPLOY_LABELS[release.state], LONGEST_CAUSE)
    if release.state not in WAY or release.kind is ReleaseKind.ROLLBACK:
        return said
    return f"Step {WAY.index(release.state) + 1} of {len(WAY)}: {said}"


def _buttons(scene: ReleaseScene, links: Links) -> list[ButtonElement]:
    """What can be done about it now; each is bound to its commit, and goes when there is nothing to do any more."""
    view, release = scene.view, scene.view.release
    bound = Bound(release.id, release.sha)
    found: list[ButtonElement] = []
    if scene.waits_for_approval:
        found.append(button("Approve", buttons.APPROVE, bound, PRIMARY))
        found.append(button("Reject", buttons.REJECT, bound, DANGER))
        found.append(button("What would ship", buttons.SHIP, bound))
    if not release.state.terminal and not release.stop_wanted:
        found.append(button("Cancel", buttons.CANCEL, bound))
    if view.serves and not view.down:
        found.append(leading("Open", links.environment(view.environment.label)))
    if scene.has_older:
        found.append(button("Roll back", buttons.ROLLBACK, bound))
    if scene.is_newest and release.state in ENDED_BADLY:
        found.append(button("Retry", buttons.RETRY, bound))
    if scene.failing:
        found.append(leading("Log", links.release(release.id)))
    return found


def _found(release: Release) -> str:
    """Where the commit was found, as it follows its id. Markdown."""
    ref = release.ref
    if ref.startswith(PULLS):
        return f" of pull request {code(ref.split('/')[2])}"
    named = ref.removeprefix(HEADS).removeprefix(TAGS)
    return f" of {code(named, 100)}" if named else ""


def _sign(view: ReleaseView) -> str:
    return "❌" if view.down else SIGNS[view.release.state]


def _word(view: ReleaseView) -> str:
    release = view.release
    if view.down:
        return "down:"
    if release.state is DeployState.SECURITY_FAILED:
        return "security scan failed:"
    waits = release.state is DeployState.PENDING and release.waiting in (Waiting.NOTHING, Waiting.TURN)
    return "queued" if waits else DEPLOY_LABELS[release.state].lower()
