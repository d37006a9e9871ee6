"""What a command's place says beside its words: the thread that it was said in, the message that a button is on."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.commands.buttons import command_at
from engine.commands.parse import Command
from engine.commands.spoken import OF_PULL_REQUESTS, Spoken
from engine.commands.table import OF_ENVIRONMENTS, Verb, entry_of
from engine.domain.inspection import Inspection
from engine.domain.preview import Preview
from engine.domain.release import Release, ReleaseKind
from engine.intake.counter import Said
from engine.slack.buttons import FIX, Bound
from engine.slack.repository import Thing
from engine.store import environments
from engine.store.branches import pull_ref

#: What is decided about the very release that a thread is about.
OF_RELEASES = frozenset({Verb.CANCEL, Verb.APPROVE, Verb.REJECT})
#: What names the environment that it goes to, which isn't the one of the thread.
ELSEWHERE = frozenset({Verb.PROMOTE})
#: What is about a release's pull request where nothing else is named.
OF_HEADS = OF_PULL_REQUESTS | {Verb.STATUS, Verb.DEPLOY, Verb.READINESS}


def in_words(said: Said, spoken: Spoken) -> Said:
    """With the place that was named."""
    return replace(said, number=spoken.number, ref=spoken.ref, environment=spoken.environment)


def in_thread(connection: Connection, said: Said, thing: Thing | None) -> Said:
    """With what the thread is about, where the words don't say otherwise; nothing of another repository."""
    if thing is None or thing.repository_id != said.repository.id or not isinstance(said.command, Command):
        return said
    if isinstance(thing, Preview | Inspection):
        return said if said.number or said.ref else replace(said, number=thing.number)
    return _of_release(connection, said, said.command, thing)


def _of_release(connection: Connection, said: Said, command: Command, release: Release) -> Said:
    verb, bare = command.entry.verb, not (command.given or said.environment or said.ref or said.number)
    if verb in OF_RELEASES and bare:
        return replace(said, release=release.id)
    if verb in OF_HEADS and not (said.number or said.ref or command.given):
        said = replace(said, number=release.number_of_pull_request)
    if verb in OF_ENVIRONMENTS - ELSEWHERE and not (said.environment or _names_environment(connection, said, command)):
        found = environments.by_id(connection, release.environment_id)
        said = said if found is None else replace(said, environment=found.name)
    return said


def _names_environment(connection: Connection, said: Said, command: Command) -> bool:
    names = {each.name for each in environments.of_repository(connection, said.repository.id)}
    return bool(command.given) and command.given[0].lower() in names


def command_of(button: str, bound: Bound) -> Command:
    """The command that a button of a message is."""
    return Command(entry_of(Verb.FIX), (bound.name,)) if button == FIX else command_at(button)


def at_button(connection: Connection, said: Said, thing: Thing, bound: Bound) -> Said:
    """With what the button is bound to."""
    if isinstance(thing, Preview | Inspection):
        return replace(said, number=thing.number, sha=bound.sha)
    said = replace(said, number=thing.number_of_pull_request, sha=bound.sha)
    if isinstance(said.command, Command) and said.command.entry.verb is Verb.RETRY:
        return _tried_again(connection, said, thing)
    return replace(said, release=thing.id)


def _tried_again(connection: Connection, said: Said, release: Release) -> Said:
    """The same once more: what the release was of, to where it went."""
    environment = environments.by_id(connection, release.environment_id)
    said = replace(said, environment=environment.name if environment is not None else "", sha=release.sha)
    if release.kind is ReleaseKind.ROLLBACK:
        return replace(said, command=Command(entry_of(Verb.ROLLBACK)), release=release.source_id, number=0)
    deploy = replace(said, command=Command(entry_of(Verb.DEPLOY)))
    if release.ref == pull_ref(release.number_of_pull_request):
        return deploy
    return replace(deploy, ref=release.ref or release.sha)
