"""`/approve` and `/reject`: who decides about the gate before a release, bound to its commit."""

from dataclasses import dataclass

from engine.deploy.aim import no_such
from engine.deploy.asks import Action
from engine.deploy.facts import names_of
from engine.deploy.onward import go_on
from engine.deploy.outcome import Obstacle, Outcome, Refused, Told
from engine.deploy.rules.approving import opens
from engine.deploy.scene import Scene
from engine.deploy.turns import leave
from engine.deploy.words import counted, obstacle, release_name, who
from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateState, Vote
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.project.environments import Rules, rules_of
from engine.reasons import Reason
from engine.reports.escape import code, sentence
from engine.store import environments, gates, releases


@dataclass(frozen=True)
class Door:
    """A gate, the release behind it, and where that goes."""

    gate: Gate
    release: Release
    environment: Environment
    rules: Rules


def decide(scene: Scene, *, approves: bool) -> Outcome:
    """A vote for or against; the last approval that is missing lets the release go on, one rejection ends it."""
    door = _door(scene)
    if isinstance(door, Obstacle):
        return Refused((door,))
    told = opens(scene.ask, scene.facts.role, door.gate, door.release, door.rules, approves=approves)
    if told:
        return Refused(told)
    lost = [login for login, role in scene.facts.voters.items() if role < Role.WRITE or not door.rules.admits(login)]
    gate = gates.drop_votes(scene.connection, door.gate, lost)
    gate = gates.vote(scene.connection, gate, Vote(scene.ask.login, approves, scene.now))
    return _rejected(scene, door) if gate.state is GateState.REJECTED else _approved(scene, door, gate)


def _approved(scene: Scene, door: Door, gate: Gate) -> Told:
    name = f"{release_name(door.release)} for `{door.environment.name}`"
    said = f"{who(scene.ask.login)} approved {name}."
    if gate.missing:
        releases.say(scene.connection, door.release.id, f"Waits for {counted(gate.missing, 'more approval')}")
        return Told(f"{said} {counted(gate.missing, 'approval')} more is needed.", door.release.id)
    waits = go_on(scene.connection, door.release, door.environment, scene.times)
    return Told(" ".join([said, *(f"{each.sentence} {each.opener}" for each in waits)]), door.release.id)


def _rejected(scene: Scene, door: Door) -> Told:
    reason = " ".join([*scene.ask.words, scene.ask.reason]).strip()
    said = f"{who(scene.ask.login)} rejected it" + (f": {sentence(reason)}".rstrip(".") if reason else "")
    releases.cancel(scene.connection, door.release, said, scene.now)
    leave(scene.connection, door.release, scene.times)
    return Told(f"{said}. {release_name(door.release)} is cancelled.", door.release.id)


def _door(scene: Scene) -> Door | Obstacle:
    """The one gate that is meant."""
    found = [_behind(scene, gate) for gate in scene.known.gates]
    doors = [each for each in found if each is not None]
    if scene.ask.release and not doors:
        return obstacle(Reason.NOTHING_TO_APPROVE, f"No release {code(scene.ask.release)} waits to be approved here.")
    meant = _environment_meant(scene)
    if isinstance(meant, Obstacle):
        return meant
    if meant:
        doors = [each for each in doors if each.environment.name == meant]
    elif scene.ask.number and not scene.ask.release:
        doors = [each for each in doors if each.release.number_of_pull_request == scene.ask.number]
    if not doors:
        where = f"in `{meant}`" if meant else "for this pull request" if scene.ask.number else "here"
        return obstacle(Reason.NOTHING_TO_APPROVE, f"Nothing waits to be approved {where}.")
    if len(doors) > 1:
        told = ", ".join(f"{release_name(each.release)} for `{each.environment.name}`" for each in doors)
        return obstacle(Reason.WHICH_ENVIRONMENT, f"Several wait: {told}.", "Name the environment.")
    return doors[0]


def _environment_meant(scene: Scene) -> str | Obstacle:
    """The name of the environment that was written; empty: none was. A rejection may begin with its reason."""
    word = scene.ask.environment or next(iter(scene.ask.words), "")
    names = names_of(scene.facts.rules, scene.known)
    found = names.find(word)
    may_be_reason = scene.ask.action is Action.REJECT and not scene.ask.environment
    return found if found or not word or may_be_reason else no_such(word, names)


def _behind(scene: Scene, gate: Gate) -> Door | None:
    release = releases.by_id(scene.connection, gate.subject)
    if release is None or release.repository_id != scene.ask.repository.id:
        return None
    environment = environments.by_id(scene.connection, release.environment_id)
    if environment is None:
        return None
    now = next((each for each in scene.facts.rules if each.name == environment.name), None)
    return Door(gate, release, environment, now or rules_of(environment))
