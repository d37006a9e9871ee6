"""Deployments as they are stored: found for whoever may read their repository, and shown."""

from dataclasses import dataclass

from bot.api.caller import Caller
from bot.api.deployment_bodies import DeploymentsQuery
from bot.api.deployment_shown import DeploymentPage, ShownDeployment, listed, shown
from bot.api.problem import NOT_FOUND, Refused, bad_arguments
from bot.api.reach import Found, Reach
from engine.domain.environment import Environment
from engine.domain.gate import GateKind
from engine.domain.release import DeployState, Release
from engine.store import environments, gates, releases, timeline


@dataclass(frozen=True)
class FoundDeployment:
    """A deployment of a repository that the caller may read."""

    repository: Found
    environment: Environment
    release: Release


@dataclass(frozen=True)
class Deployments:
    """Reads them, each time anew."""

    reach: Reach

    def find(self, caller: Caller, release_id: str) -> FoundDeployment:
        """The deployment of that id. Raises Refused: what the caller may not read isn't there."""
        with self.reach.deps.database.read() as connection:
            release = releases.by_id(connection, release_id)
            environment = None if release is None else environments.by_id(connection, release.environment_id)
        if release is None or environment is None:
            raise Refused(NOT_FOUND)
        return FoundDeployment(self.reach.stored(caller, environment.repository_id), environment, release)

    def shown(self, found: FoundDeployment) -> ShownDeployment:
        """All that is known of it by now."""
        with self.reach.deps.database.read() as connection:
            release = releases.known_by(connection, found.release.id)
            environment = environments.by_id(connection, release.environment_id) or found.environment
            gate = gates.newest_of(connection, GateKind.DEPLOY, release.id)
            moments = timeline.of(connection, release.id)
        plain = listed(release, environment, found.repository.ref.full_name, self.reach.deps.settings)
        return shown(plain, gate, moments)

    def by_id(self, repository: Found, release_id: str) -> ShownDeployment:
        """A deployment of a repository that was found before."""
        with self.reach.deps.database.read() as connection:
            release = releases.known_by(connection, release_id)
            environment = environments.by_id(connection, release.environment_id)
        assert environment is not None
        return self.shown(FoundDeployment(repository, environment, release))

    def page(self, repository: Found, wanted: DeploymentsQuery, state: DeployState | None) -> DeploymentPage:
        """A page of a list, newest first. Raises Refused when it is to begin behind an unknown one."""
        count, settings = int(wanted.limit), self.reach.deps.settings
        with self.reach.deps.database.read() as connection:
            known = {each.id: each for each in environments.of_repository(connection, repository.ref.id)}
            last = releases.by_id(connection, wanted.before) if wanted.before else None
            if wanted.before and (last is None or last.environment_id not in known):
                raise bad_arguments("`before` is the `next` of a page of this list.")
            found = releases.of_repository(
                connection,
                repository.ref.id,
                environment=wanted.environment or "",
                state=state or "",
                before=wanted.before or "",
                count=count + 1,
            )
        page = [listed(each, known[each.environment_id], repository.ref.full_name, settings) for each in found[:count]]
        return DeploymentPage(page, page[-1].id if len(found) > count else None)
