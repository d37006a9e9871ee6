"""What the desk would answer at this moment: the same decision on the same rows, taken back before it counts."""

import time
from dataclasses import dataclass

from engine.deploy.asks import DeployAsk
from engine.deploy.carrying import carry_out
from engine.deploy.facts import Facts, gather
from engine.deploy.known import Known, read_known
from engine.deploy.outcome import Outcome
from engine.domain.event import Repository
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.settings import Settings
from engine.store import repositories
from engine.store.database import Database
from engine.variables.variables import Variables


@dataclass(frozen=True)
class Rehearsed:
    """An outcome that didn't count, and what it was decided on."""

    outcome: Outcome
    facts: Facts
    known: Known


@dataclass(frozen=True)
class Rehearsal:
    """Decides as `engine.deploy.desk` does; looking at a page changes nothing."""

    database: Database
    forge: Forge
    commits: Commits
    variables: Variables
    settings: Settings

    def __call__(self, ask: DeployAsk, news: Repository | None = None) -> Outcome:
        """The outcome that `ask` would have; `news` is its repository when no delivery has told of that yet.

        Raises Unreachable, Denied or Gone.
        """
        return self.look(ask, news).outcome

    def look(self, ask: DeployAsk, news: Repository | None = None) -> Rehearsed:
        """The same, with what GitHub and SQL said of it."""
        with self.database.read() as connection:
            known = read_known(connection, ask)
        facts = gather(self.forge, self.commits, ask, known)
        with self.database.kind.writing.connect() as connection:
            self.database.kind.begin(connection, serial=True)
            if news is not None:
                repositories.record(connection, ask.repository.installation_id, news, time.time())
            outcome = carry_out(connection, ask, facts, self.variables, time.time(), settings=self.settings)
            connection.rollback()
        return Rehearsed(outcome, facts, known)
