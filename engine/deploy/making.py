"""A release is made and goes as far as it can: to the gate before it, or into line."""

from sqlalchemy import Connection

from engine.deploy.outcome import Obstacle, Started
from engine.deploy.scene import Place, Scene
from engine.deploy.turns import place_told, start
from engine.deploy.words import counted, obstacle, release_name, who
from engine.domain.gate import GateKind
from engine.domain.lock import Lock
from engine.domain.release import Release, Waiting
from engine.project.environments import Rules
from engine.reasons import Reason
from engine.store import gates, locks, releases
from engine.store.gates import NewGate
from engine.store.locks import LockTimes
from engine.store.releases import NewRelease


def make(scene: Scene, place: Place, new: NewRelease, doing: str) -> Started:
    """Makes the release and says what it waits for; `doing` is what was asked for, such as "Deploying"."""
    release = releases.ask(scene.connection, new, scene.now)
    said = f"{doing} {release_name(release)} to `{place.environment.name}`."
    if not place.rules.written and release.number == 1:
        said += " `slipway.yml` names no environments on the default branch, so there is one: `production`, by "
        said += "`/deploy` only."
    if release.state.terminal or release.started_at is not None:
        return Started(release.id, said=said)
    waits = begin(scene.connection, release, place.rules, scene.times)
    return Started(release.id, waits, " ".join([said, *(each.sentence for each in waits)]))


def begin(connection: Connection, release: Release, rules: Rules, times: LockTimes) -> tuple[Obstacle, ...]:
    """To its gate, when it needs approval, else into line; what it waits for."""
    if release.approvals_needed:
        new = NewGate(
            installation_id=release.installation_id,
            repository_id=release.repository_id,
            kind=GateKind.DEPLOY,
            subject=release.id,
            sha=release.sha,
            asked_by=release.requested_by,
            needed=release.approvals_needed,
        )
        gate = gates.ensure(connection, new, times.now)
        if gate.missing:
            wait = approval_needed(release, rules, gate.missing)
            releases.wait_for(connection, release.id, Waiting.APPROVAL, wait.sentence, times.now)
            return (wait,)
    mine = start(connection, release, times)
    return line_told(locks.queue(connection, release.environment_id, times), mine)


def approval_needed(release: Release, rules: Rules, missing: int) -> Obstacle:
    """What the gate before a release waits for, and who can open it."""
    others = [each for each in rules.deployers if each.lower() != release.requested_by.lower()]
    who_may = f"One of {', '.join(who(each) for each in others)}" if others else "Anybody else with write permission"
    if rules.deployers and not others:
        who_may = "Nobody yet: `deployers` names only who asked; it"
    said = f"Waits for {counted(missing, 'approval')} by somebody other than {who(release.requested_by)}."
    return obstacle(Reason.APPROVAL_NEEDED, said, f"{who_may} opens it with `/approve` or the button.")


def line_told(line: list[Lock], mine: Lock) -> tuple[Obstacle, ...]:
    """Its place in line; nothing when it is in front."""
    if mine.place == 0:
        return ()
    said = f"{place_told(line[: mine.place], mine)}."
    return (obstacle(Reason.LOCKED, said, "It goes on by itself when its turn comes."),)
