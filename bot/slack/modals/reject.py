"""The modal for a rejection: the reason, for whoever asked for the deploy."""

from dataclasses import replace

from slack_sdk.models.views import View

from bot.slack.modals import fields
from bot.slack.modals.frame import modal, told
from bot.slack.modals.visit import At, Visit
from bot.slack.modals.words import STALE, TITLES, refusing
from engine.deploy.rules.people import permitted
from engine.deploy.words import release_name, standing
from engine.domain.gate import GateKind, GateState
from engine.errors import Refusal
from engine.reasons import Reason
from engine.slack.buttons import Bound
from engine.slack.submissions import REJECT
from engine.store import gates


def draw(visit: Visit, bound: Bound) -> View:
    """The form while the release waits. Raises Refusal, Unreachable or Denied."""
    at = visit.release(bound.about)
    denied = permitted(visit.person.login, at.project.role)
    if denied is not None:
        raise Refusal(denied.reason, denied.sentence)
    if not _waits(visit, at, bound):
        return refusing(REJECT, Reason.STALE_BUTTON, f"{STALE} {standing(at.release)} waits for nobody.")
    know = replace(
        visit.place,
        repository_id=at.project.repository.id,
        environment=at.environment,
        about=at.release.id,
        sha=at.release.sha,
    )
    said = f"{release_name(at.release)} won't go to `{at.environment}`."
    return modal(REJECT, TITLES[REJECT], [*told(said), fields.reason()], know=know, submit="Reject")


def _waits(visit: Visit, at: At, bound: Bound) -> bool:
    with visit.deps.database.read() as connection:
        gate = gates.newest_of(connection, GateKind.DEPLOY, at.release.id)
    waiting = gate is not None and gate.state is GateState.WAITING
    return waiting and not at.release.state.terminal and bound.sha in ("", at.release.sha)
