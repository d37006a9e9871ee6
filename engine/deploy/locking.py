"""`/lock` and `/unlock`: a person alone may change an environment; others wait in line, or take over with a reason."""

from engine.deploy import turns
from engine.deploy.outcome import Obstacle, Outcome, Refused, Told
from engine.deploy.rules.table import CHANGING, obstacles_of
from engine.deploy.scene import Place, Scene
from engine.deploy.situations import situation_of
from engine.deploy.words import lock_told, obstacle, when, who
from engine.domain.lock import Lock
from engine.reasons import Reason
from engine.reports.escape import one_line, sentence
from engine.store import environments, locks

#: Characters of a reason that are kept.
LONGEST_REASON = 300


def lock(scene: Scene, place: Place) -> Outcome:
    """A place in line for whoever asks, the lock itself when nobody is before them, or another's by force."""
    told = obstacles_of(situation_of(scene, place), CHANGING)
    if told:
        return Refused(told)
    name = place.environment.name
    locks.promote(scene.connection, place.environment.id, scene.times)
    before = _first_of_another(scene, place)
    if scene.ask.force and before is not None:
        return _take_over(scene, place, before)
    reason = one_line(place.aim.reason, LONGEST_REASON)
    mine = locks.take_for_person(scene.connection, place.environment.id, scene.ask.login, reason, scene.times)
    if mine.place == 0:
        until = when(scene.now + mine.left)
        return Told(f"{who(mine.holder)} holds the lock of `{name}` until {until}: nobody else deploys to it. "
                    f"`/unlock {name}` gives it back.")  # fmt: skip
    line = locks.queue(scene.connection, place.environment.id, scene.times)
    return Told(f"{turns.place_told(line[: mine.place], mine)}. The lock of `{name}` is yours when it is your turn.")


def unlock(scene: Scene, place: Place) -> Outcome:
    """Gives the lock back, or the place in line; ends the hold of automatic deploys; by force, another's lock too."""
    told = obstacles_of(situation_of(scene, place), CHANGING)
    if told:
        return Refused(told)
    locks.promote(scene.connection, place.environment.id, scene.times)
    mine, other = _mine(scene, place), _first_of_another(scene, place)
    if mine is None and other is not None and not scene.ask.force:
        said = f"{lock_told(other)} Only {who(other.holder)} can give it back."
        return Refused((obstacle(Reason.LOCKED, said),))
    if mine is None and other is None and not place.environment.hold:
        return Refused((obstacle(Reason.NOT_LOCKED, f"`{place.environment.name}` is not locked."),))
    done = []
    if scene.ask.force and other is not None:
        if not place.aim.reason:
            return Refused((_needs_reason(other),))
        locks.free(scene.connection, other, scene.times)
        done.append(f"The lock of {who(other.holder)} is ended: {sentence(place.aim.reason)}")
    if mine is not None:
        fresh = _mine(scene, place)
        assert fresh is not None
        locks.free(scene.connection, fresh, scene.times)
        done.append(f"`{place.environment.name}` is unlocked." if not mine.place else "You left the line.")
    if place.environment.hold:
        environments.release_hold(scene.connection, place.environment)
        done.append(f"Pushes deploy to `{place.environment.name}` again.")
    turns.move_up(scene.connection, place.environment.id, scene.times)
    return Told(" ".join(done))


def _take_over(scene: Scene, place: Place, before: Lock) -> Outcome:
    reason = one_line(place.aim.reason, LONGEST_REASON)
    if not reason:
        return Refused((_needs_reason(before),))
    taken = locks.take_over(scene.connection, place.environment.id, scene.ask.login, reason, scene.times)
    assert taken is not None, "the lock that is taken over was seen in this transaction"
    turns.move_up(scene.connection, place.environment.id, scene.times)
    return Told(
        f"{who(scene.ask.login)} took the lock of `{place.environment.name}` over from {who(before.holder)}: "
        f"{sentence(reason)}"
    )


def _mine(scene: Scene, place: Place) -> Lock | None:
    line = locks.queue(scene.connection, place.environment.id, scene.times)
    return next((each for each in line if each.by_person and _is_asker(scene, each)), None)


def _first_of_another(scene: Scene, place: Place) -> Lock | None:
    """The first person's lock in line, if it is somebody else's."""
    line = locks.queue(scene.connection, place.environment.id, scene.times)
    first = next((each for each in line if each.by_person), None)
    return None if first is None or _is_asker(scene, first) else first


def _is_asker(scene: Scene, each: Lock) -> bool:
    return each.holder.lower() == scene.ask.login.lower()


def _needs_reason(before: Lock) -> Obstacle:
    said = f"{lock_told(before)} Taking it over needs a reason."
    return obstacle(Reason.REASON_NEEDED, said)
