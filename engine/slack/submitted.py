"""Modals that were sent off: each asks something of an environment, and the desk's rules decide."""

import time
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.deploy.asks import DeployAsk
from engine.deploy.carrying import carry_out
from engine.deploy.facts import gather
from engine.deploy.known import read_known
from engine.domain.event import Commented, Person
from engine.errors import Refusal
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.intake import deploys
from engine.reports.escape import one_line, sentence
from engine.reports.links import Links
from engine.settings import Settings
from engine.slack import buttons, identity, sealed_values, submissions
from engine.slack.asked import DOOR, LONGEST_WRITTEN, Asked, Finish, Reply, record, refused
from engine.slack.buttons import Bound
from engine.slack.commanded import dead, no_more, reply_of
from engine.slack.events import Submitted
from engine.slack.repository import keep, no_such, readable
from engine.slack.stale import why_stale
from engine.store import asks, repositories
from engine.store.asks import NO_COMMENT, Ask
from engine.store.database import Database
from engine.store.repositories import StoredRepository
from engine.variables.variables import Variables
from engine.variables.vault import Vault

MOVED_ON = "What this plan was made from isn't what serves any more."


@dataclass(frozen=True)
class Modals:
    """Carries out what a modal asks."""

    database: Database
    forge: Forge
    commits: Commits
    variables: Variables
    settings: Settings
    vault: Vault

    def prepare(self, asked: Asked, event: Submitted) -> Finish:
        """Asks GitHub what has to be asked. Nothing is written. Raises Unreachable, Denied or Gone."""
        did = submissions.ASKING[event.callback].value
        with self.database.read() as connection:
            person = identity.person_of(connection, asked)
            own = repositories.by_id(connection, submissions.repository_of(event))
        if person is None:
            return lambda connection: identity.not_linked(connection, asked, did, time.time())
        name = own.full_name if own is not None else ""
        repository = readable(self.database, self.forge, name, person) if name else None
        if repository is None:
            return lambda connection: record(connection, asked, no_such(), did, name, time.time())
        try:
            ask = self._ask(event, repository, person)
        except Refusal as error:
            reply = refused(error.reason, sentence(str(error)))
            return lambda connection: record(connection, asked, reply, did, name, time.time())
        return self._at_desk(asked, event, repository, person, ask)

    def _ask(self, event: Submitted, repository: StoredRepository, person: Person) -> DeployAsk:
        is_secret = event.callback == submissions.SECRET
        value = sealed_values.opened(event, self.vault) if is_secret else None
        return submissions.ask_of(event, repository, person.login, value)

    def _at_desk(
        self, asked: Asked, event: Submitted, repository: StoredRepository, person: Person, ask: DeployAsk
    ) -> Finish:
        with self.database.read() as connection:
            known = read_known(connection, ask)
        facts = gather(self.forge, self.commits, ask, known)

        def finish(connection: Connection) -> Reply:
            now = time.time()
            left = no_more(connection, asked, person, repository, ask.action, now)
            if left is not None:
                return left
            if why := _why_stale(connection, event, ask):
                reply = replace(dead(why), login=person.login, repository_id=repository.id, shown=ask.release)
                return record(connection, asked, reply, ask.action, ask.release or repository.full_name, now)
            keep(connection, repository, now)
            asks.receive(connection, _noted(asked, event, repository, ask))
            outcome = carry_out(connection, ask, facts, self.variables, now, settings=self.settings)
            deploys.settle(connection, _event(asked, repository, person), ask, outcome)
            answered = asks.by_delivery(connection, ask.ask)
            # It was noted in this very transaction.
            assert answered is not None
            return reply_of(connection, answered, Links(self.settings))

        return finish


def _why_stale(connection: Connection, event: Submitted, ask: DeployAsk) -> str:
    """Why what was shown in the modal isn't so any more; empty: it is."""
    if event.callback == submissions.REJECT:
        return why_stale(connection, buttons.REJECT, Bound(ask.release, ask.sha))
    return MOVED_ON if submissions.is_stale(connection, event) else ""


def _noted(asked: Asked, event: Submitted, repository: StoredRepository, ask: DeployAsk) -> Ask:
    return Ask(
        delivery=ask.ask,
        installation_id=repository.installation_id,
        repository_id=repository.id,
        number=ask.number,
        comment_id=NO_COMMENT,
        login=ask.login,
        command=one_line(f"/{submissions.written(event, repository.full_name)}", LONGEST_WRITTEN),
        sha=ask.sha,
        created_at=asked.ask.created_at,
        door=DOOR,
    )


def _event(asked: Asked, repository: StoredRepository, person: Person) -> Commented:
    """The modal as words that nobody can react to."""
    return Commented(
        delivery=asked.ask.delivery,
        installation_id=repository.installation_id,
        repository=repository.told,
        sender=person,
        number=0,
        comment_id=NO_COMMENT,
        body="",
        pull_request_open=True,
        door=DOOR,
    )
