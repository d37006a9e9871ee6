"""Locks: what a person locked, only that person deploys to; behind other deploys one waits in line."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import lock_told, obstacle
from engine.domain.lock import Lock
from engine.reasons import Reason


def is_not_locked(situation: Situation) -> Obstacle | None:
    """No other person's lock stands before it; nobody's at all before what a push started."""
    lock = lock_before(situation)
    if lock is None:
        return None
    said = lock_told(lock)
    if not situation.automatic:
        said += _place_in_line(situation)
    return obstacle(Reason.LOCKED, said)


def _place_in_line(situation: Situation) -> str:
    own = [place for place, each in enumerate(situation.line, 1) if _is_asker(each, situation) and each.by_person]
    if own:
        return f" You are number {own[0]} in line."
    return f" By `/lock {situation.rules.name}` you would be number {len(situation.line) + 1} in line."


def _is_asker(lock: Lock, situation: Situation) -> bool:
    return lock.holder.lower() == situation.login.lower()


def lock_before(situation: Situation) -> Lock | None:
    """The first lock that a person holds or waits for, before the deploy's own place; whoever asks is not in their
    own way.
    """
    for each in situation.line:
        if each.release_id and each.release_id == situation.release_id:
            return None
        if each.by_person and each.left > 0 and (situation.automatic or not _is_asker(each, situation)):
            return each
    return None
