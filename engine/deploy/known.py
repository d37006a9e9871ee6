"""What SQL says that an ask is about. Read twice: before GitHub is asked, and in the transaction that writes."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.deploy.asks import Action, DeployAsk
from engine.deploy.history import history_of
from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateKind
from engine.domain.release import DeployState, Release
from engine.project.environments import Rules, rules_of
from engine.store import environments, gates, releases

#: What is said of a release's id before anything is looked up by it.
RELEASE, GATE = "dep_", "gate_"


@dataclass(frozen=True)
class Known:
    """Environments of the repository, their releases, and what is named outright. Nothing of another repository."""

    #: Retired ones too.
    environments: tuple[Environment, ...] = ()
    #: By the environment's name, newest first.
    releases: dict[str, tuple[Release, ...]] = field(default_factory=dict)
    #: The release, or the gate's release, whose id was given.
    named: Release | None = None
    #: The gates that an approval or rejection may mean, oldest first.
    gates: tuple[Gate, ...] = ()

    def environment(self, name: str) -> Environment | None:
        """The environment of that name."""
        return next((each for each in self.environments if each.name == name), None)

    def by_id(self, environment_id: str) -> Environment | None:
        """The environment of that id."""
        return next((each for each in self.environments if each.id == environment_id), None)

    def rules(self, name: str) -> Rules:
        """The rules as they were stored last; the usual ones of an environment that isn't stored yet."""
        found = self.environment(name)
        return Rules(name, written=False) if found is None else rules_of(found)

    def serving(self, name: str) -> Release | None:
        """The release that serves in the environment of that name."""
        found = self.environment(name)
        if found is None or not found.release_id:
            return None
        return next((each for each in self.releases.get(name, ()) if each.id == found.release_id), None)

    def older(self, name: str, word: str) -> Release | None:
        """The release that `/rollback` means: that number or id, else the newest before what serves that ran well."""
        wanted = word.strip().lower()
        mine = self.releases.get(name, ())
        if wanted:
            return next((each for each in mine if wanted in (each.id, each.name, str(each.number))), None)
        serving = self.serving(name)
        if serving is None:
            return None
        # A rollback runs an older bundle: going back once more goes to what was before that one.
        at = _bundle_number(serving, mine)
        return next((each for each in mine if each.number < at and ran_well(each, serving)), None)


def ran_well(release: Release, serving: Release) -> bool:
    """True of a release that served until another took its place, and whose bundle isn't the one that serves now."""
    return release.state is DeployState.DEPLOYED and _bundle(release) != _bundle(serving)


def read_known(connection: Connection, ask: DeployAsk) -> Known:
    """What is known of the ask's repository at this moment."""
    mine = tuple(environments.of_repository(connection, ask.repository.id))
    told = {each.name: history_of(connection, each) for each in mine}
    return Known(mine, told, _named(connection, ask), _gates(connection, ask))


def _named(connection: Connection, ask: DeployAsk) -> Release | None:
    """The release of the id that was given: only if it is this repository's."""
    wanted = ask.release.strip().lower()
    if wanted.startswith(GATE):
        gate = gates.by_id(connection, wanted)
        wanted = gate.subject if gate is not None and gate.kind is GateKind.DEPLOY else ""
    found = releases.by_id(connection, wanted) if wanted.startswith(RELEASE) else None
    return found if found is not None and found.repository_id == ask.repository.id else None


def _gates(connection: Connection, ask: DeployAsk) -> tuple[Gate, ...]:
    if ask.action not in (Action.APPROVE, Action.REJECT):
        return ()
    if ask.release:
        named = _named(connection, ask)
        found = None if named is None else gates.newest_of(connection, GateKind.DEPLOY, named.id)
        return () if found is None else (found,)
    return tuple(gates.waiting(connection, ask.repository.id, GateKind.DEPLOY))


def _bundle(release: Release) -> tuple[str, int]:
    return release.artifact, release.variables_version


def _bundle_number(serving: Release, mine: tuple[Release, ...]) -> int:
    """The number of the release whose bundle serves: its own, or that which a rollback took it from."""
    source = next((each for each in mine if each.id == serving.source_id), None)
    return source.number if source is not None else serving.number
