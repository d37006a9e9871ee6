"""Commands and buttons that the counter decides: for whoever asks, in the repository that is meant."""

import time
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.commands.parse import Command
from engine.commands.spoken import Spoken
from engine.domain.event import Person
from engine.forge.port import Forge
from engine.intake.counter import Counter, Said
from engine.reasons import Reason
from engine.reports.inspection_answer import told_now
from engine.reports.links import Links
from engine.slack import identity
from engine.slack.asked import DOOR, Asked, Finish, Reply, record, refused
from engine.slack.bearings import at_button, command_of, in_thread, in_words
from engine.slack.build_words import told_of
from engine.slack.buttons import Bound
from engine.slack.repository import Several, is_ours, keep, meant, no_such, readable, thing_of, thread_of, which
from engine.slack.stale import UNKNOWN, why_stale
from engine.store import builds, repositories
from engine.store.asks import CANCEL, Ask
from engine.store.database import Database
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class Commanded:
    """Brings what is asked to the counter."""

    database: Database
    forge: Forge
    counter: Counter

    def typed(self, asked: Asked, spoken: Spoken, command: Command) -> Finish:
        """A command. Nothing is written yet. Raises Unreachable, Denied or Gone."""
        did = command.entry.verb.value
        with self.database.read() as connection:
            person = identity.person_of(connection, asked)
            name = meant(connection, asked, spoken.repository)
            thing = thread_of(connection, asked)
        if person is None:
            return lambda connection: identity.not_linked(connection, asked, did, time.time())
        if isinstance(name, Several):
            return lambda connection: record(connection, asked, which(name), did, "", time.time())
        repository = readable(self.database, self.forge, name, person)
        if repository is None:
            return lambda connection: record(connection, asked, no_such(name), did, name, time.time())
        said = _said(asked, person, repository, command)
        with self.database.read() as connection:
            said = in_thread(connection, in_words(said, spoken), thing)
        return self._at_counter(asked, repository, said)

    def pressed(self, asked: Asked, button: str, bound: Bound) -> Finish:
        """A button of a message of ours. Nothing is written yet. Raises Unreachable, Denied or Gone."""
        with self.database.read() as connection:
            person = identity.person_of(connection, asked)
            thing = thing_of(connection, bound.about)
            own = repositories.by_id(connection, thing.repository_id) if thing is not None else None
        if person is None:
            return lambda connection: identity.not_linked(connection, asked, button, time.time())
        if thing is None or own is None:
            return lambda connection: record(connection, asked, dead(UNKNOWN), button, "", time.time())
        repository = readable(self.database, self.forge, own.full_name, person)
        if repository is None:
            return lambda connection: record(connection, asked, no_such(), button, own.full_name, time.time())
        said = _said(asked, person, repository, command_of(button, bound))
        with self.database.read() as connection:
            said = at_button(connection, said, thing, bound)
        return self._at_counter(asked, repository, said, bound=bound, button=button)

    def _at_counter(
        self, asked: Asked, repository: StoredRepository, said: Said, *, button: str = "", bound: Bound | None = None
    ) -> Finish:
        prepared = self.counter.prepare(said)

        def finish(connection: Connection) -> Reply:
            now, did = time.time(), button or asked.ask.written
            left = no_more(connection, asked, said.person, repository, did, now)
            if left is not None:
                return left
            if bound is not None and (why := why_stale(connection, button, bound)):
                reply = replace(dead(why), login=said.person.login, repository_id=repository.id, shown=bound.about)
                return record(connection, asked, reply, button, bound.about, now)
            keep(connection, repository, now)
            ask = self.counter.finish(connection, said, prepared)
            shown = bound.about if bound is not None else ""
            return reply_of(connection, ask, Links(self.counter.settings), shown=shown)

        return finish


def dead(why: str) -> Reply:
    """The button does nothing any more."""
    return refused(Reason.STALE_BUTTON, why)


def no_more(
    connection: Connection, asked: Asked, person: Person, repository: StoredRepository, did: str, now: float
) -> Reply | None:
    """What was true when GitHub was asked and isn't any more; None: it is."""
    if identity.person_of(connection, asked) != person:
        return identity.not_linked(connection, asked, did, now)
    if not is_ours(connection, repository):
        return record(connection, asked, no_such(), did, repository.full_name, now)
    return None


def reply_of(connection: Connection, ask: Ask, links: Links, *, shown: str = "") -> Reply:
    """How the ask stands. Who cancels a build hasn't asked for it: nobody calls them when it ends."""
    build = builds.by_id(connection, ask.build_id) if ask.build_id else None
    preview = build.preview_id if build is not None and ask.command != CANCEL else ""
    if build is not None:
        told = told_of(connection, ask, build, links)
    else:
        told = told_now(connection, ask.inspection_id, links, time.time()) if ask.inspection_id else ""
    return Reply(
        state=ask.state,
        answer=ask.answer or told,
        reason=ask.reason,
        login=ask.login,
        repository_id=ask.repository_id,
        about=ask.release_id or preview or ask.inspection_id,
        shown=shown,
    )


def _said(asked: Asked, person: Person, repository: StoredRepository, command: Command) -> Said:
    return Said(
        delivery=asked.ask.delivery,
        repository=repository.told,
        installation_id=repository.installation_id,
        person=person,
        command=command,
        door=DOOR,
        said_at=asked.ask.created_at,
    )
