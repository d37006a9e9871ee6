"""The modal for a rollback: its plan, to be confirmed. It is bound to what serves, and to where it goes back to."""

from dataclasses import replace

from slack_sdk.models.blocks import DividerBlock
from slack_sdk.models.views import View

from bot.pages.before_it import before_it
from bot.slack.modals.frame import modal, told
from bot.slack.modals.shipping import told_before
from bot.slack.modals.visit import At, Visit
from bot.slack.modals.words import STALE, TITLES, obstructed, refusing
from engine.deploy.asks import Action
from engine.deploy.outcome import Refused, Told
from engine.deploy.rules.people import permitted
from engine.deploy.words import release_name
from engine.domain.release import Release
from engine.errors import Refusal
from engine.reasons import Reason
from engine.slack.buttons import Bound
from engine.slack.submissions import ROLLBACK


def draw(visit: Visit, bound: Bound) -> View:
    """What going back would change. Raises Refusal, Unreachable or Denied."""
    at = visit.release(bound.about)
    denied = permitted(visit.person.login, at.project.role)
    if denied is not None:
        raise Refusal(denied.reason, denied.sentence)
    ask = visit.ask(Action.ROLLBACK, at.project, at.environment, plan_only=True)
    rehearsed = visit.deps.rehearse.look(ask)
    serving = rehearsed.known.serving(at.environment)
    if serving is None or serving.id != at.release.id:
        return refusing(ROLLBACK, Reason.STALE_BUTTON, _stale(at, serving))
    older = rehearsed.known.older(at.environment, "")
    match rehearsed.outcome:
        case Refused(obstacles=obstacles):
            return obstructed(ROLLBACK, obstacles)
        case Told(markdown=plan) if older is not None:
            return _confirming(visit, at, older, plan)
        case _:
            return refusing(ROLLBACK, Reason.NO_PREVIOUS_RELEASE, f"`{at.environment}` has no older release.")


def _confirming(visit: Visit, at: At, older: Release, plan: str) -> View:
    """The plan; it can only be sent off while nothing stands in the way."""
    ask = visit.ask(Action.ROLLBACK, at.project, at.environment, release=older.id)
    outcome = visit.deps.rehearse(ask)
    know = replace(
        visit.place,
        repository_id=at.project.repository.id,
        environment=at.environment,
        about=at.release.id,
        sha=at.release.sha,
        serving=at.release.id,
        older=older.id,
    )
    blocks = [*told(plan), DividerBlock(), *told(told_before(outcome))]
    stuck = bool(before_it(outcome).obstacles)
    return modal(ROLLBACK, TITLES[ROLLBACK], blocks, know=know, submit="" if stuck else "Roll back")


def _stale(at: At, serving: Release | None) -> str:
    now = f"{release_name(serving)} serves" if serving is not None else "nothing serves"
    return f"{STALE} It is about {release_name(at.release)}; in `{at.environment}` {now} now."
