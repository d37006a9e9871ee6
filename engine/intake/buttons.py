"""Which pressed buttons are ours, and what they are about: a commit's check, a gate, a drift, an inspection."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.commands.buttons import APPROVE, BUTTONS, DEPLOY, READINESS, REJECT, RERUN, ROLLBACK
from engine.commands.table import Verb
from engine.deploy.asks import DeployAsk
from engine.domain.event import ButtonPressed
from engine.domain.gate import Gate, GateKind
from engine.intake import deploy_asks, forks
from engine.reports.check_text import external_id_of
from engine.reports.subjects import mark_drift, mark_gate
from engine.store import builds, gates, inspections, meta, previews, pull_requests, releases, skips

AT_GATES = frozenset({APPROVE, REJECT})
AT_DRIFTS = frozenset({DEPLOY, ROLLBACK})
FIXING = frozenset({button for button, verb in BUTTONS.items() if verb is Verb.FIX})


@dataclass(frozen=True)
class OfEnvironment:
    """A press that asks something of an environment. The event has the pull request of it; 0: there is none."""

    event: ButtonPressed
    ask: DeployAsk


@dataclass(frozen=True)
class NotOurs:
    """A press that asks nothing of us; `why` is one short sentence."""

    why: str


@dataclass(frozen=True)
class Rerun:
    """GitHub's "Re-run" of a gate's or a drift's check: GitHub shows it as running until it is posted anew."""

    kind: str
    #: The gate's id; the environment's id and the commit.
    rest: str


#: GitHub names no pull request with a fork's check: the event's one number is looked up.
Placed = ButtonPressed | OfEnvironment | Rerun | NotOurs


def placed(connection: Connection, event: ButtonPressed, app_id: int) -> Placed:
    """What the button is about. `app_id` is the GitHub App's; 0 when there is none."""
    if event.sender.bot:
        return NotOurs("a bot pressed the button")
    if event.button not in BUTTONS:
        return NotOurs("it is not one of our buttons")
    if event.external_id and event.app_id not in (0, app_id or event.app_id):
        return NotOurs("the check is not one of ours")
    mark = f"slipway:{meta.instance(connection)}"
    for kind, read in (("gate", _at_gate), ("drift", _at_drift), ("readiness", _at_inspection)):
        if event.external_id.startswith(f"{mark}:{kind}:"):
            return read(connection, event, event.external_id.removeprefix(f"{mark}:{kind}:"))
    if event.button in AT_GATES | AT_DRIFTS | FIXING or not _is_ours(connection, event, app_id):
        return NotOurs("the check is not one of ours")
    number = _number_of(connection, event.repository.id, event.sha)
    if number is None:
        return NotOurs("no pull request of this commit is known")
    return replace(event, numbers=(number,))


def show_again(connection: Connection, event: ButtonPressed, rerun: Rerun) -> None:
    """The gate or the drift says again how it stands."""
    where = {"installation_id": event.installation_id, "repository_id": event.repository.id}
    if rerun.kind == "gate":
        mark_gate(connection, **where, gate_id=rerun.rest)
    else:
        environment_id, _, sha = rerun.rest.partition(":")
        mark_drift(connection, **where, environment_id=environment_id, sha=sha)


def _at_gate(connection: Connection, event: ButtonPressed, gate_id: str) -> Placed:
    gate = gates.by_id(connection, gate_id)
    if gate is None or (gate.repository_id, gate.sha) != (event.repository.id, event.sha):
        return NotOurs("no such gate is known here")
    if event.button not in AT_GATES:
        return Rerun("gate", gate.id) if event.button == RERUN else NotOurs("no such button belongs to a gate")
    if gate.kind is GateKind.FORK:
        return replace(event, numbers=(forks.number_of(gate),))
    return _before_release(connection, event, gate)


def _before_release(connection: Connection, event: ButtonPressed, gate: Gate) -> Placed:
    release = releases.by_id(connection, gate.subject)
    if release is None:
        return NotOurs("no such release is known here")
    where = replace(event, numbers=(release.number_of_pull_request,))
    return OfEnvironment(where, deploy_asks.at_gate(event, gate, release))


def _at_drift(connection: Connection, event: ButtonPressed, rest: str) -> Placed:
    environment_id, _, sha = rest.partition(":")
    environment = deploy_asks.environment_of(connection, event, environment_id)
    if environment is None or sha != event.sha:
        return NotOurs("no such environment is known here")
    if event.button not in AT_DRIFTS:
        return Rerun("drift", rest) if event.button == RERUN else NotOurs("no such button belongs to a drift")
    return OfEnvironment(replace(event, numbers=(0,)), deploy_asks.at_drift(event, environment))


def _at_inspection(connection: Connection, event: ButtonPressed, inspection_id: str) -> Placed:
    """GitHub's "Re-run" looks again; a fix belongs to a pull request."""
    found = inspections.by_id(connection, inspection_id)
    if found is None or (found.repository_id, found.sha) != (event.repository.id, event.sha):
        return NotOurs("no such inspection is known here")
    where = replace(event, numbers=(found.number,))
    if event.button in (RERUN, READINESS):
        return replace(where, button=READINESS)
    return where if event.button in FIXING and found.number else NotOurs("no such button belongs to an inspection")


def _is_ours(connection: Connection, event: ButtonPressed, app_id: int) -> bool:
    """A check run carries our mark; a whole suite has none, and counts when it is our App's."""
    if event.external_id:
        return event.external_id == external_id_of(meta.instance(connection), event.repository.id, event.sha)
    return app_id != 0 and event.app_id == app_id


def _number_of(connection: Connection, repository_id: int, sha: str) -> int | None:
    """The pull request that the commit's check run tells of."""
    build = builds.of_commit(connection, repository_id, sha)
    if build is not None:
        preview = previews.by_id(connection, build.preview_id)
        return preview.number if preview is not None else None
    skipped = skips.of_commit(connection, repository_id, sha)
    if skipped is not None:
        return skipped.number
    return pull_requests.number_with_head(connection, repository_id, sha)
