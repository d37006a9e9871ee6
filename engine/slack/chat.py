"""Commands that only a chat has: what a channel hears, when it wants silence, and who somebody is at GitHub."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from sqlalchemy import Connection

from engine.commands.chat import TOPICS, ChatVerb
from engine.commands.spoken import ChatCommand, Spoken
from engine.deploy.words import who
from engine.domain.event import Person
from engine.forge.port import Forge
from engine.reasons import Reason
from engine.reports.escape import code, sentence
from engine.reports.slack_reopened import open_again
from engine.slack import identity
from engine.slack.asked import Asked, Finish, Reply, done, record, refused
from engine.slack.quiet import quiet_of
from engine.slack.repository import Several, is_ours, keep, meant, no_such, readable, which
from engine.store import repositories, slack_channels
from engine.store.database import Database
from engine.store.repositories import StoredRepository
from engine.store.slack_channels import Subscription

#: What Slack says of a channel in which nothing can be posted, for people.
TROUBLES = {
    "is_archived": "it is archived",
    "not_in_channel": "Slipway isn't in it; `/invite @Slipway` changes that",
    "channel_not_found": "Slack doesn't show it to Slipway; `/invite @Slipway` changes that",
}
NO_FORM = "A mention can't open the form for a value. Type `/slipway env set`; a value is never typed in a message."


@dataclass(frozen=True)
class Chat:
    """Answers these commands."""

    database: Database
    forge: Forge

    def prepare(self, asked: Asked, spoken: Spoken, command: ChatCommand) -> Finish:
        """Asks GitHub what has to be asked. Nothing is written. Raises Unreachable."""
        match command.entry.verb:
            case ChatVerb.LINK:
                return lambda connection: identity.link(connection, asked, time.time())
            case ChatVerb.UNLINK:
                return lambda connection: identity.unlink(connection, asked, time.time())
            case ChatVerb.SUBSCRIBE:
                return self._subscribe(asked, spoken.repository, frozenset(command.given) or frozenset(TOPICS))
            case ChatVerb.UNSUBSCRIBE:
                return lambda connection: _unsubscribe(connection, asked, spoken.repository)
            case ChatVerb.SUBSCRIPTIONS:
                return lambda connection: _subscriptions(connection, asked)
            case ChatVerb.QUIET:
                return lambda connection: _quiet(connection, asked, command.given)
            case ChatVerb.ENV_SET:
                return lambda _: refused(Reason.BAD_ARGUMENTS, NO_FORM)
            case _:
                assert_never(command.entry.verb)

    def _subscribe(self, asked: Asked, named: str, wants: frozenset[str]) -> Finish:
        with self.database.read() as connection:
            person = identity.person_of(connection, asked)
            name = meant(connection, asked, named)
        found = None
        if person is not None and isinstance(name, str):
            found = readable(self.database, self.forge, name, person)

        def finish(connection: Connection) -> Reply:
            now = time.time()
            if person is None or identity.person_of(connection, asked) != person:
                return identity.not_linked(connection, asked, "subscribe", now)
            if isinstance(name, Several):
                return record(connection, asked, which(name), "subscribe", "", now)
            if found is None or not is_ours(connection, found):
                return record(connection, asked, no_such(name), "subscribe", name, now)
            return _subscribed(connection, asked, person, found, wants)

        return finish


def _subscribed(
    connection: Connection, asked: Asked, person: Person, repository: StoredRepository, wants: frozenset[str]
) -> Reply:
    now, workspace, channel = time.time(), asked.workspace.id, asked.ask.channel
    keep(connection, repository, now)
    mine = Subscription(workspace, channel, repository.id, wants, asked.where.user_id, person.login, now)
    slack_channels.subscribe(connection, mine)
    if asked.where.channel_name:
        slack_channels.note(connection, workspace, channel, name=asked.where.channel_name)
    # Somebody wants it to be tried anew.
    open_again(connection, workspace, channel)
    said = (
        f"This channel hears of {code(repository.full_name)} from now on: {_listed(wants)}. "
        f"`/slipway unsubscribe {repository.full_name}` ends that."
    )
    reply = done(said, person, repository)
    return record(connection, asked, reply, f"subscribe {channel}: {_listed(wants)}", repository.full_name, now)


def _unsubscribe(connection: Connection, asked: Asked, named: str) -> Reply:
    now, person = time.time(), identity.person_of(connection, asked)
    if person is None:
        return identity.not_linked(connection, asked, "unsubscribe", now)
    name = meant(connection, asked, named)
    if isinstance(name, Several):
        return record(connection, asked, which(name), "unsubscribe", "", now)
    for each in slack_channels.of_channel(connection, asked.workspace.id, asked.ask.channel):
        found = repositories.by_id(connection, each.repository_id)
        if found is not None and found.full_name.lower() == name.lower():
            slack_channels.unsubscribe(connection, asked.workspace.id, asked.ask.channel, found.id)
            reply = done(f"This channel hears of {code(found.full_name)} no more.", person, found)
            return record(connection, asked, reply, f"unsubscribe {asked.ask.channel}", found.full_name, now)
    reply = refused(Reason.NOT_SUBSCRIBED, f"This channel doesn't hear of {code(name)}.")
    return record(connection, asked, reply, "unsubscribe", name, now)


def _subscriptions(connection: Connection, asked: Asked) -> Reply:
    person = identity.person_of(connection, asked)
    if person is None:
        return identity.not_linked(connection, asked, "subscriptions", time.time())
    channel = slack_channels.channel_of(connection, asked.workspace.id, asked.ask.channel)
    lines = []
    for each in slack_channels.of_channel(connection, asked.workspace.id, asked.ask.channel):
        found = repositories.by_id(connection, each.repository_id)
        if found is not None:
            lines.append(f"- {code(found.full_name)}: {_listed(each.wants)}, since {who(each.by_login)} asked for it")
    said = ["This channel hears of:\n" + "\n".join(lines)] if lines else [_nothing()]
    if channel.quiet:
        said.append(f"It is quiet at {code(channel.quiet)}.")
    if channel.trouble:
        why = TROUBLES.get(channel.trouble, f"Slack says {code(channel.trouble)}")
        said.append(f"Nothing can be posted in it: {why}.")
    return done("\n\n".join(said), person)


def _quiet(connection: Connection, asked: Asked, given: tuple[str, ...]) -> Reply:
    now, person = time.time(), identity.person_of(connection, asked)
    if person is None:
        return identity.not_linked(connection, asked, "quiet", now)
    workspace, channel = asked.workspace.id, asked.ask.channel
    if not given:
        hours = slack_channels.channel_of(connection, workspace, channel).quiet
        told = f"It is quiet here at {code(hours)}." if hours else "It is never quiet here."
        return done(f"{told} `/slipway quiet 22:00-07:00 Europe/Berlin` changes that.", person)
    try:
        quiet = quiet_of(" ".join(given))
    except ValueError as error:
        return record(connection, asked, refused(Reason.BAD_ARGUMENTS, remedy=sentence(str(error))), "quiet", "", now)
    slack_channels.note(connection, workspace, channel, quiet="" if quiet is None else str(quiet))
    if quiet is None:
        return record(connection, asked, done("It is never quiet here any more.", person), "quiet off", "", now)
    said = (
        f"It is quiet here at {code(str(quiet))}: nothing new is posted then, but where somebody asked for it here. "
        "What waits or failed by then is posted when it ends."
    )
    return record(connection, asked, done(said, person), f"quiet {quiet}", "", now)


def _listed(wants: Iterable[str]) -> str:
    mine = set(wants)
    return ", ".join(each for each in TOPICS if each in mine)


def _nothing() -> str:
    return "This channel hears of nothing. `/slipway subscribe owner/repo` changes that."
