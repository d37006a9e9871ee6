"""What stands in the thread of a message about a release or a preview. Pure: a scene comes in, words go out."""

from typing import assert_never

from engine.domain.build import STAGE_LABELS, BuildState
from engine.domain.gate import GateState
from engine.domain.release import DEPLOY_LABELS, DeployState
from engine.reports import slack_message_preview as of_preview
from engine.reports import slack_message_release as of_release
from engine.reports.deploy_words import approvals, openers, votes_of
from engine.reports.escape import code, fence, link, sentence, text
from engine.reports.links import Links
from engine.reports.slack_blocks import Words, at_time, mentioning, section, sections, words_of
from engine.reports.slack_message_view import PreviewScene, ReleaseScene, Threaded
from engine.reports.words import short, span
from engine.slack.mrkdwn import for_slack
from engine.store.timeline import Moment

#: The last steps that are shown, and how much of a log.
STEPS = 40
LOG_LIMIT = 2000
LONGEST_MESSAGE = 300


def headline(scene: Threaded) -> str:
    """One line of plain words."""
    match scene:
        case ReleaseScene():
            return of_release.headline_of(scene.view)
        case PreviewScene():
            return of_preview.headline_of(scene)
        case _:
            assert_never(scene)


def details(scene: Threaded, links: Links) -> Words:
    """The steps with their times, and where all of it can be read."""
    label, page = _page(scene, links)
    lines = [_step(each) for each in scene.moments[-STEPS:]]
    return words_of(headline(scene), sections([for_slack(f"Steps of {link(label, page)}:"), *lines]))


def failure(scene: Threaded, links: Links) -> Words:
    """What went wrong, said once, to whoever asked."""
    _, page = _page(scene, links)
    match scene:
        case ReleaseScene():
            lines = _failed_release(scene)
        case PreviewScene():
            lines = _failed_preview(scene)
        case _:
            assert_never(scene)
    said = for_slack("\n\n".join(["\n".join(lines), link("The whole log", page)]))
    log = [section(for_slack(fence(scene.log, LOG_LIMIT)))] if any(line.strip() for line in scene.log) else []
    return words_of(headline(scene), [section(mentioning(scene.askers, said)), *log])


def approval(scene: ReleaseScene) -> Words:
    """What must be opened, to those who can; then how that went."""
    view, gate = scene.view, scene.view.gate
    assert gate is not None
    named = f"**{view.release.name}** of **{text(view.environment.name)}**"
    if not scene.waits_for_approval:
        return words_of(headline(scene), [section(for_slack(f"{named}: {_decided(scene)}"))])
    said = [f"{named} needs {approvals(gate.missing)}. {openers(gate, view.environment)}: press Approve above."]
    approved = votes_of(gate, approving=True)
    said += [f"Approved by {approved} so far."] if approved else []
    said += [f"It is bound to commit {code(short(gate.sha))}; a push makes it void."]
    notice = f"{headline(scene)}, which needs {approvals(gate.missing)}"
    return words_of(notice, [section(mentioning(scene.openers, for_slack("\n".join(said))))])


def _decided(scene: ReleaseScene) -> str:
    gate = scene.view.gate
    assert gate is not None
    match gate.state:
        case GateState.APPROVED:
            return f"approved by {votes_of(gate, approving=True) or 'nobody any more'}."
        case GateState.REJECTED:
            return f"rejected by {votes_of(gate, approving=False) or 'nobody any more'}."
        case GateState.VOID:
            return "void. A push came: what was to be approved is no longer what would run."
        case GateState.WAITING:
            return "no approval is needed any more."
        case _:
            assert_never(gate.state)


def _failed_release(scene: ReleaseScene) -> list[str]:
    view, release = scene.view, scene.view.release
    named = f"**{release.name}** of **{text(view.environment.name)}**"
    if view.down:
        cause = f"**Cause:** {sentence(view.environment.death or 'not known', of_release.LONGEST_CAUSE)}"
        return [f"❌ {named} is down.", cause, of_release.restart_hint(view)]
    return [f"❌ {named}: {DEPLOY_LABELS[release.state].lower()}.", *of_release.why_of(view)]


def _failed_preview(scene: PreviewScene) -> list[str]:
    build = scene.newest
    named = f"{build.version} of commit {code(short(build.sha))}"
    if build.state is BuildState.FAILED:
        return [f"❌ {named} failed.", *of_preview.why_of(build)]
    return [f"❌ {named} is down.", *of_preview.death_of(scene)]


def _page(scene: Threaded, links: Links) -> tuple[str, str]:
    """What the details are of, and their page."""
    match scene:
        case ReleaseScene():
            return scene.view.release.name, links.release(scene.view.release.id)
        case PreviewScene():
            return scene.newest.version, links.job(scene.newest.id)
        case _:
            assert_never(scene)


def _step(moment: Moment) -> str:
    """A step in one line of mrkdwn; `seconds` is how long the one before took."""
    label = _label(moment.kind)
    message = sentence(moment.message, LONGEST_MESSAGE)
    told = message if not label or message.rstrip(".") == label else f"**{label}:** {message}"
    took = f" (after {span(moment.seconds)})" if moment.seconds is not None else ""
    return f"{at_time(moment.at)}  {for_slack(told + took)}"


def _label(kind: str) -> str:
    """The word for a state; empty for what is no state but something that happened."""
    if kind in set(DeployState):
        return DEPLOY_LABELS[DeployState(kind)]
    return STAGE_LABELS[BuildState(kind)] if kind in set(BuildState) else ""
