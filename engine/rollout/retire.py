"""The retire job: everything that an environment runs ends, and that is proven."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.domain.job import Job, JobState
from engine.rollout.scene import RETIRED
from engine.rollout.tools import Tools
from engine.settings import Settings
from engine.store import environments, meta, releases, repositories, timeline
from engine.store.port import Effects
from engine.targets.port import Place
from engine.work.handler import Done, Running

#: The word on the environment's timeline for an end that wasn't proven.
NOT_RETIRED = "not_retired"


@dataclass(frozen=True)
class RetireHandler:
    """Handler of retire jobs; a job's subject is the environment's id."""

    tools: Tools

    def run(self, job: Job, running: Running) -> Done:
        """Ends its home and shuts its door. Raises Unreachable: then it is tried again.

        An environment that is named again meanwhile, in a repository that is ours, is left alone.
        """
        with self.tools.database.read() as connection:
            environment = environments.by_id(connection, job.subject)
            if environment is None or not _is_over(connection, environment):
                return Done(JobState.DONE)
            instance = meta.instance(connection)
        taken: list[Environment | None] = []
        running.note(lambda connection: taken.append(self._shut(connection, environment.id)))
        target = self.tools.targets.get(environment.target)
        if taken[0] is not None and target is not None:
            place = Place(replace(taken[0], sandbox_id=environment.sandbox_id), instance, _host(self.tools.settings))
            target.retire(place)
        return Done(JobState.DONE, self._saying(environment.id, RETIRED, "Nothing of it runs any more"))

    def bury(self, job: Job, error: str) -> Effects:
        """Said on the environment's timeline. The reaper ends what it still finds."""
        return self._saying(job.subject, NOT_RETIRED, f"Ending what it runs: {error}")

    def _shut(self, connection: Connection, environment_id: str) -> Environment | None:
        environment = environments.take_turn(connection, environment_id)
        if environment is not None:
            now = self.tools.clock()
            for release in releases.unfinished(connection, environment_id):
                releases.cancel(connection, release, "The environment was ended", now)
            environments.serve_nothing(connection, environment, "", "removed", now)
        return environments.by_id(connection, environment_id)

    def _saying(self, environment_id: str, kind: str, message: str) -> Effects:
        def effects(connection: Connection) -> None:
            environment = environments.by_id(connection, environment_id)
            if environment is not None and not environment.release_id:
                # Proven or not, it lives nowhere from now on: the reaper ends homes that nobody lives in.
                environments.keep_sandbox(connection, environment, "")
            timeline.add(connection, environment_id, kind, message, self.tools.clock())

        return effects


def _is_over(connection: Connection, environment: Environment) -> bool:
    repository = repositories.by_id(connection, environment.repository_id)
    return environment.retired or repository is None or not repository.covered


def _host(settings: Settings) -> str:
    """Nobody is asked anything there any more."""
    return settings.release_domain
