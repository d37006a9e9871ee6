"""When a button is dead: its commit isn't the newest any more, or what it would change is over."""

from sqlalchemy import Connection

from engine.deploy.words import commit, release_name, standing
from engine.domain.build import STAGE_LABELS, BuildState
from engine.domain.gate import GateKind, GateState
from engine.domain.inspection import Inspection
from engine.domain.preview import Preview
from engine.domain.release import DeployState, Release
from engine.slack import buttons
from engine.slack.buttons import Bound
from engine.slack.repository import thing_of
from engine.store import builds, gates, pull_requests, releases

UNKNOWN = "What this button was for isn't there any more."
#: Ends after which the same may be tried once more.
ENDED_BADLY = frozenset({DeployState.FAILED, DeployState.SECURITY_FAILED, DeployState.CANCELLED})
BUILD_ENDED_BADLY = frozenset({BuildState.FAILED, BuildState.CANCELLED})


def why_stale(connection: Connection, action: str, bound: Bound) -> str:
    """Why the button does nothing any more, in one sentence of ours; empty: it does. Call it where it is acted on."""
    match thing_of(connection, bound.about):
        case None:
            return UNKNOWN
        case Release() as release:
            return _of_release(connection, action, bound, release)
        case Preview() as preview:
            return _of_preview(connection, action, bound, preview)
        case Inspection() as inspection:
            return _of_inspection(connection, action, bound, inspection)


def _of_release(connection: Connection, action: str, bound: Bound, release: Release) -> str:
    if bound.sha not in ("", release.sha):
        return f"This button belongs to commit {commit(bound.sha)}, and {release_name(release)} doesn't."
    match action:
        case buttons.APPROVE | buttons.REJECT:
            gate = gates.newest_of(connection, GateKind.DEPLOY, release.id)
            if gate is not None and gate.state is GateState.VOID:
                return f"{release_name(release)} can't be approved any more: a push came."
            waits = gate is not None and gate.state is GateState.WAITING and release.state is DeployState.PENDING
            return "" if waits else f"Nothing waits for a word any more: {standing(release)}."
        case buttons.CANCEL:
            return f"It is over: {standing(release)}." if release.state.terminal else ""
        case buttons.RETRY:
            newest = releases.of_environment(connection, release.environment_id, 1)[0]
            if newest.id != release.id:
                return f"There is a newer release: {standing(newest)}."
            return "" if release.state in ENDED_BADLY else f"There is nothing to try again: {standing(release)}."
        case _:
            return ""


def _of_preview(connection: Connection, action: str, bound: Bound, preview: Preview) -> str:
    newest = builds.newest(connection, preview)
    if newest is None or preview.life == "removed":
        return "The preview isn't there any more."
    if bound.sha != newest.sha:
        return _of_older(bound.sha, newest.sha)
    how = f"commit {commit(newest.sha)} ({STAGE_LABELS[newest.state].lower()})"
    match action:
        case buttons.CANCEL:
            return f"It is over: {how}." if newest.state.terminal else ""
        case buttons.RETRY:
            return "" if newest.state in BUILD_ENDED_BADLY else f"There is nothing to try again: {how}."
        case _:
            return ""


def _of_inspection(connection: Connection, action: str, bound: Bound, inspection: Inspection) -> str:
    if action != buttons.FIX or bound.sha != inspection.sha or not inspection.number:
        return UNKNOWN
    stored = pull_requests.by_number(connection, inspection.repository_id, inspection.number)
    return "" if stored is None or stored.head_sha == bound.sha else _of_older(bound.sha, stored.head_sha)


def _of_older(sha: str, newest: str) -> str:
    return f"This button belongs to commit {commit(sha)}; the newest is {commit(newest)}."
