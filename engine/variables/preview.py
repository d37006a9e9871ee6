"""The variables of previews: none, unless the default branch names an environment, and never a guarded value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.errors import Cause, ConfigurationError, Refusal, StageFailed
from engine.forge.port import Forge, RepositoryRef
from engine.pipeline.kept_plan import given_in
from engine.project.config import PROJECT_FILE, read_project
from engine.project.environments import rules_of
from engine.reasons import REMEDY, Reason
from engine.settings import Secret
from engine.store import builds, environments, releases
from engine.store.database import Database
from engine.variables.guard import Guarded, guarded
from engine.variables.variables import Bundle, Variables


@dataclass(frozen=True)
class Given:
    """What a preview gets."""

    bundle: Bundle
    #: Names the very values, for whoever starts the same version again: `env_…:3`; empty: none.
    source: str = ""
    #: For the log; empty: nothing to say.
    said: str = ""


NOTHING = Given(Bundle())


@dataclass(frozen=True)
class PreviewVariables:
    """What previews may know."""

    database: Database
    variables: Variables

    def choose(self, forge: Forge, repository: RepositoryRef, default_branch: str, *, fork: bool) -> Given:
        """The values for a new build. A fork's never gets any. Raises StageFailed for a guarded one, OutsideError."""
        if fork:
            return NOTHING
        with self.database.read() as connection:
            known = [each for each in environments.of_repository(connection, repository.id) if each.variables_version]
        if not known:
            return NOTHING
        try:
            project = read_project(forge.read_file(repository, PROJECT_FILE, default_branch))
        except ConfigurationError:
            said = f"The {PROJECT_FILE} of {default_branch} can't be read: this preview gets no variables."
            return replace(NOTHING, said=said)
        name = project.preview_variables
        environment = next((each for each in known if each.name == name), None)
        if environment is None:
            return NOTHING
        guards = {each: tuple(rules.guard) for each, rules in project.environments.items()}
        given = self._of_version(environment.id, environment.variables_version, guards)
        count = len(given.bundle.values)
        return replace(given, said=f"It runs with the variables of {name} ({count}), as {default_branch} says.")

    def again(self, source: str) -> Given:
        """The same values as before, by the `source` of what was given. Raises StageFailed."""
        return self._of_version(*_parts(source), {}) if source else NOTHING

    def _of_version(self, environment_id: str, version: int, guards: Mapping[str, Sequence[str]]) -> Given:
        """The values of a version, unless one of them is guarded. Raises StageFailed, which names the keys alone.

        `guards`: keys that the default branch guards, by environment, beside those that it guarded before.
        """
        with self.database.read() as connection:
            environment = environments.by_id(connection, environment_id)
            if environment is None:
                return NOTHING
            try:
                bundle = self.variables.bundle(connection, environment_id, version)
                kept = self._guarded(connection, environment.repository_id, guards)
            except Refusal as refusal:
                raise _failure(refusal.reason, str(refusal)) from refusal
        clashes = guarded(bundle.values, kept)
        if clashes:
            told = "; ".join(dict.fromkeys(clash.sentence for clash in clashes))
            raise _failure(Reason.GUARDED_VALUE, f"The preview was not started: {told}.")
        return Given(bundle, f"{environment_id}:{version}")

    def _guarded(
        self, connection: Connection, repository_id: int, guards: Mapping[str, Sequence[str]]
    ) -> list[Guarded]:
        """What every environment of the project keeps for itself: as it is set now, and as it serves."""
        return [
            Guarded(
                each.name,
                self.variables.guarded(
                    connection, each.id, version, (*rules_of(each).guard, *guards.get(each.name, ()))
                ),
            )
            for each in environments.of_repository(connection, repository_id)
            for version in sorted({each.variables_version, _serving_version(connection, each)})
        ]


def hidden_of(connection: Connection, variables: Variables, build_id: str) -> tuple[Secret, ...]:
    """The values of a build's application that no log may show. Raises Refusal when they can't be read."""
    source = given_in(builds.plan_of(connection, build_id).text)
    return variables.bundle(connection, *_parts(source)).hidden if source else ()


def _parts(source: str) -> tuple[str, int]:
    environment_id, _, version = source.partition(":")
    return environment_id, int(version)


def _serving_version(connection: Connection, environment: Environment) -> int:
    release = releases.by_id(connection, environment.release_id) if environment.release_id else None
    return release.variables_version if release is not None else environment.variables_version


def _failure(reason: Reason, sentence: str) -> StageFailed:
    return StageFailed(Cause(f"{sentence.rstrip('.')}.", REMEDY[reason], str(reason)))
