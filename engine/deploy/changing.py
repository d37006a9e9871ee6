"""`/env list`, `/env unset`, setting variables, `/restart` and `/cancel`."""

from engine.deploy import turns
from engine.deploy.outcome import Outcome, Refused, Told
from engine.deploy.rules.table import CHANGING, GOING_BACK, obstacles_of
from engine.deploy.scene import Place, Scene
from engine.deploy.situations import situation_of
from engine.deploy.words import obstacle, release_name, standing, when, who
from engine.domain.release import Release
from engine.reasons import Reason
from engine.reports.escape import code
from engine.rollout.restarts import ask_restart
from engine.store import releases
from engine.variables.variables import Shown

#: Characters of a plain value that a table shows.
LONGEST_VALUE = 100
#: Doors whose answers are read by more people than whoever asked: on GitHub by everybody who may see the project.
OVERHEARD = frozenset({"comment", "slack"})


def list_variables(scene: Scene, place: Place) -> Outcome:
    """Names, who set them and when; values only of those that are no secret, and only where nobody else reads them."""
    told = obstacles_of(situation_of(scene, place), CHANGING)
    if told:
        return Refused(told)
    shown = scene.variables.listing(scene.connection, place.environment.id)
    if not shown:
        return Told(f"`{place.environment.name}` has no variables. `slipway env set` or its page sets them.")
    said = {each.key: _overheard(each) if scene.ask.door in OVERHEARD else _value(each) for each in shown}
    rows = [f"| {code(each.key)} | {said[each.key]} | {who(each.set_by)} | {when(each.set_at)} |" for each in shown]
    return Told("\n".join(["| name | value | set by | at |", "|---|---|---|---|", *rows]))


def set_variables(scene: Scene, place: Place) -> Outcome:
    """All of them in one version; what runs gets them with the next deploy."""
    told = obstacles_of(situation_of(scene, place), CHANGING)
    if told:
        return Refused(told)
    if not scene.ask.variables:
        return Refused((obstacle(Reason.BAD_ARGUMENTS, "No variable was named."),))
    scene.variables.set(scene.connection, place.environment, scene.ask.variables, scene.ask.login, scene.now)
    names = ", ".join(code(each.key) for each in scene.ask.variables)
    return Told(f"{names} of `{place.environment.name}` is set. {_with_the_next(place)}")


def unset_variable(scene: Scene, place: Place) -> Outcome:
    """One key less, in one version more; older releases keep theirs."""
    told = obstacles_of(situation_of(scene, place), CHANGING)
    if told:
        return Refused(told)
    key = place.aim.key
    scene.variables.unset(scene.connection, place.environment, key, scene.ask.login, scene.now)
    return Told(f"{code(key)} of `{place.environment.name}` is unset. {_with_the_next(place)}")


def restart(scene: Scene, place: Place) -> Outcome:
    """The application that serves is started anew, with what its release was made of."""
    told = obstacles_of(situation_of(scene, place), GOING_BACK)
    serving = scene.known.serving(place.environment.name)
    if serving is None:
        told = (*told, obstacle(Reason.NOTHING_DEPLOYED, f"Nothing serves in `{place.environment.name}`."))
    if told or serving is None:
        return Refused(told)
    ask_restart(scene.connection, place.environment)
    return Told(f"{release_name(serving)} is started anew in `{place.environment.name}`.", serving.id)


def cancel(scene: Scene, place: Place) -> Outcome:
    """Ends a deploy that isn't over: the one that was named, else what is under way, else what waits."""
    told = obstacles_of(situation_of(scene, place), CHANGING)
    if told:
        return Refused(told)
    release = scene.known.named or _to_cancel(scene, place)
    if release is None:
        said = f"Nothing is being deployed to `{place.environment.name}`."
        return Refused((obstacle(Reason.NOTHING_TO_CANCEL, said, "`/status` shows what there is."),))
    if release.state.terminal:
        return Refused((obstacle(Reason.ALREADY_FINISHED, f"It is over: {standing(release)}.", "Nothing is to end."),))
    releases.cancel(scene.connection, release, f"Cancelled by {who(scene.ask.login)}", scene.now)
    ended = releases.known_by(scene.connection, release.id)
    if ended.state.terminal:
        turns.leave(scene.connection, ended, scene.times)
        return Told(f"{release_name(ended)} is cancelled.", ended.id)
    return Told(f"{release_name(ended)} is being ended.", ended.id)


def _to_cancel(scene: Scene, place: Place) -> Release | None:
    live = releases.unfinished(scene.connection, place.environment.id)
    begun = [each for each in live if each.started_at is not None]
    return begun[0] if begun else (live[-1] if live else None)


def _value(each: Shown) -> str:
    if each.is_secret:
        return "secret"
    return code(each.value, LONGEST_VALUE) if not each.problem else "can't be read"


def _overheard(each: Shown) -> str:
    return "secret" if each.is_secret else "plain: `slipway env list` or its page shows it"


def _with_the_next(place: Place) -> str:
    return f"What serves keeps its own until the next `/deploy {place.environment.name}`."
