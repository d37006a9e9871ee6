"""Where every door that is no webhook brings its asks: API, pages, terminal, Slack."""

import time
from collections.abc import Callable

from engine.deploy.asks import DeployAsk
from engine.deploy.carrying import carry_out
from engine.deploy.facts import gather
from engine.deploy.known import read_known
from engine.deploy.outcome import Outcome
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.front import Front
from engine.settings import Settings
from engine.store import jobs
from engine.store.clock import clock_for
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.wakeups.port import Wakeups


class Desk:
    """Answers asks. Without `wakeups` the poke loop alone wakes the workers."""

    def __init__(
        self,
        database: Database,
        forge: Forge,
        commits: Commits,
        variables: Variables,
        settings: Settings,
        *,
        wakeups: Wakeups | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._forge = forge
        self._commits = commits
        self._variables = variables
        self._settings = settings
        self._wakeups = wakeups
        self._clock = clock

    def handle(self, ask: DeployAsk) -> Outcome:
        """Asks GitHub, then decides and writes in one transaction. Raises Unreachable, Denied or Gone."""
        with self._database.read() as connection:
            known = read_known(connection, ask)
        facts = gather(self._forge, self._commits, ask, known)
        with self._database.write() as connection:
            outcome = carry_out(connection, ask, facts, self._variables, self._clock(), settings=self._settings)
            wakes = jobs.wake_list(connection, clock_for(connection).now(connection))
        if self._wakeups is not None:
            for queue, job_ids in wakes.items():
                self._wakeups.wake(job_ids, queue)
        return outcome


def desk_of(front: Front) -> Desk:
    """The desk of a door."""
    return Desk(front.database, front.forge, front.commits, front.variables, front.settings, wakeups=front.wakeups)
