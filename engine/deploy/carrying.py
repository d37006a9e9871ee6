"""An ask is carried out: decided by the rules on fresh rows and written, in one transaction."""

from typing import assert_never

from sqlalchemy import Connection

from engine.deploy import approval, changing, deploying, locking, promotion, rollback
from engine.deploy.asks import Action, DeployAsk
from engine.deploy.facts import Facts
from engine.deploy.known import read_known
from engine.deploy.outcome import Outcome, Refused, Started, Told
from engine.deploy.rules import people
from engine.deploy.scene import Place, Scene, located
from engine.deploy.words import obstacle
from engine.errors import Refusal
from engine.reports.escape import sentence
from engine.settings import Settings
from engine.store import audit, locks, releases
from engine.store.audit import Entry
from engine.variables.variables import Variables


def carry_out(
    connection: Connection, ask: DeployAsk, facts: Facts, variables: Variables, now: float, *, settings: Settings
) -> Outcome:
    """What becomes of the ask, written together with its line in the audit. Call it in a serial transaction.

    `facts` are what `gather` brought; everything of SQL is read anew here. `now` is in Unix seconds.
    """
    known = read_known(connection, ask)
    scene = Scene(connection, ask, facts, known, variables, settings, locks.times(connection, settings.intervals, now))
    denied = people.permitted(ask.login, facts.role)
    where = "" if known.named is None else known.named.environment_id
    if denied is not None:
        # Who may not is told nothing but that.
        outcome: Outcome = Refused((denied,))
    elif ask.action in (Action.APPROVE, Action.REJECT):
        outcome = approval.decide(scene, approves=ask.action is Action.APPROVE)
    else:
        outcome, where = _placed(scene)
    _record(scene, outcome, where)
    return outcome


def _placed(scene: Scene) -> tuple[Outcome, str]:
    """The outcome, and the environment that it was about; empty: none was found."""
    found = located(scene)
    if isinstance(found, Refused):
        return found, ""
    scene, place = found
    try:
        return _done(scene, place), place.environment.id
    except Refusal as error:
        # Of the variables: nothing was written before they refuse.
        return Refused((obstacle(error.reason, sentence(str(error))),)), place.environment.id


def _done(scene: Scene, place: Place) -> Outcome:
    match scene.ask.action:
        case Action.DEPLOY:
            return deploying.deploy(scene, place)
        case Action.ROLLBACK:
            return rollback.roll_back(scene, place)
        case Action.PROMOTE:
            return promotion.promote(scene, place)
        case Action.LOCK:
            return locking.lock(scene, place)
        case Action.UNLOCK:
            return locking.unlock(scene, place)
        case Action.ENV_LIST:
            return changing.list_variables(scene, place)
        case Action.ENV_SET:
            return changing.set_variables(scene, place)
        case Action.ENV_UNSET:
            return changing.unset_variable(scene, place)
        case Action.RESTART:
            return changing.restart(scene, place)
        case Action.CANCEL:
            return changing.cancel(scene, place)
        case Action.APPROVE | Action.REJECT:
            raise AssertionError("a gate says itself where it stands")
        case _:
            assert_never(scene.ask.action)


def _record(scene: Scene, outcome: Outcome, environment_id: str) -> None:
    """Who asked for what, of which environment and release, and how it ended; a takeover's reason is in it."""
    ask = scene.ask
    release = None if isinstance(outcome, Refused) else releases.by_id(scene.connection, outcome.release_id)
    by_force = f" by force: {ask.reason or ' '.join(ask.words)}" if ask.force else ""
    match outcome:
        case Refused(obstacles=obstacles):
            how = f"refused:{obstacles[0].reason}"
        case Started(release_id=release_id) | Told(release_id=release_id):
            how = f"done {release_id}".rstrip()
        case _:
            assert_never(outcome)
    entry = Entry(
        at=scene.now,
        installation_id=ask.repository.installation_id,
        who=ask.login,
        door=ask.door,
        did=f"{ask.action}{' --plan' if ask.plan_only else ''}{by_force}",
        subject=environment_id or (release.environment_id if release is not None else ask.repository.full_name),
        sha=release.sha if release is not None else ask.sha,
        outcome=how,
    )
    audit.record(scene.connection, entry)
