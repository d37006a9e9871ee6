"""Environments as they are stored: found for whoever may read their repository, and shown."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.api.caller import Caller
from bot.api.environment_shown import Facts, ShownEnvironment, shown
from bot.api.problem import NOT_FOUND, Refused
from bot.api.reach import Found, Reach
from engine.domain.environment import Environment
from engine.domain.permission import Role
from engine.project.environments import in_order
from engine.store import environments, locks, releases


@dataclass(frozen=True)
class FoundEnvironment:
    """An environment of a repository that the caller may read."""

    repository: Found
    environment: Environment


@dataclass(frozen=True)
class Environments:
    """Reads them, each time anew."""

    reach: Reach

    def find(self, caller: Caller, environment_id: str, least: Role = Role.READ) -> FoundEnvironment:
        """The environment of that id. Raises Refused: what the caller may not read isn't there."""
        with self.reach.deps.database.read() as connection:
            found = environments.by_id(connection, environment_id)
        if found is None:
            raise Refused(NOT_FOUND)
        return FoundEnvironment(self.reach.stored(caller, found.repository_id, least), found)

    def named(self, repository: Found, name: str) -> FoundEnvironment:
        """The environment of that name. Raises Refused."""
        with self.reach.deps.database.read() as connection:
            found = environments.by_name(connection, repository.ref.id, name)
        if found is None:
            raise Refused(NOT_FOUND)
        return FoundEnvironment(repository, found)

    def shown(self, found: FoundEnvironment) -> ShownEnvironment:
        """All that is known of it by now."""
        with self.reach.deps.database.read() as connection:
            now = environments.by_id(connection, found.environment.id) or found.environment
            return self._show(connection, now, found.repository)

    def of_repository(self, repository: Found) -> list[ShownEnvironment]:
        """All of them."""
        with self.reach.deps.database.read() as connection:
            every = in_order(environments.of_repository(connection, repository.ref.id))
            return [self._show(connection, each, repository) for each in every]

    def _show(self, connection: Connection, environment: Environment, repository: Found) -> ShownEnvironment:
        deps = self.reach.deps
        at = locks.times(connection, deps.settings.intervals, deps.clock())
        line = [each for each in locks.queue(connection, environment.id, at) if each.release_id or each.left > 0]
        facts = Facts(
            serving=releases.by_id(connection, environment.release_id) if environment.release_id else None,
            coming=releases.unfinished(connection, environment.id),
            newest=next(iter(releases.of_environment(connection, environment.id, 1)), None),
            lock=line[0] if line and not line[0].place else None,
            queue=[each for each in line if each.place],
        )
        return shown(environment, repository.ref.full_name, facts, deps.settings)
