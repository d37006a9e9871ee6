"""Which repository is meant, and whether whoever asks may read it: what they may not read isn't there."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.commands.places import FULL_NAME
from engine.domain.event import Person
from engine.domain.inspection import Inspection
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.domain.release import Release
from engine.errors import Denied, Gone
from engine.forge.port import Forge
from engine.intake.coverage import LEFT
from engine.reasons import Reason
from engine.reports.escape import code
from engine.slack.asked import Asked, Reply, refused
from engine.store import inspections, installations, previews, releases, repositories, slack_channels, slack_messages
from engine.store.database import Database
from engine.store.repositories import StoredRepository

RELEASE, PREVIEW, INSPECTION = "dep_", "pv_", "ins_"
#: What a message of ours is about.
Thing = Release | Preview | Inspection
#: How many repositories of a channel are named.
MOST_NAMED = 10


@dataclass(frozen=True)
class Several:
    """Nothing says which one is meant: the channel hears of these."""

    names: tuple[str, ...]


def thing_of(connection: Connection, about: str) -> Thing | None:
    """The release, preview or inspection of that id."""
    if about.startswith(RELEASE):
        return releases.by_id(connection, about)
    if about.startswith(INSPECTION):
        return inspections.by_id(connection, about)
    return previews.by_id(connection, about) if about.startswith(PREVIEW) else None


def thread_of(connection: Connection, asked: Asked) -> Thing | None:
    """What the thread that it was asked in is about; None outside of our threads."""
    ask = asked.ask
    if not ask.thread:
        return None
    root = slack_messages.at(connection, asked.workspace.id, ask.channel, ask.thread)
    return None if root is None else thing_of(connection, root.about)


def meant(connection: Connection, asked: Asked, named: str) -> str | Several:
    """The full name of the repository: as it was named, else of the thread, else the only one of the channel."""
    if named:
        return named
    thing = thread_of(connection, asked)
    own = repositories.by_id(connection, thing.repository_id) if thing is not None else None
    if own is not None:
        return own.full_name
    names = heard_in(connection, asked)
    return names[0] if len(names) == 1 else Several(names)


def heard_in(connection: Connection, asked: Asked) -> tuple[str, ...]:
    """The names of the repositories that the channel hears of, oldest subscription first."""
    heard = slack_channels.of_channel(connection, asked.workspace.id, asked.ask.channel)
    found = [repositories.by_id(connection, each.repository_id) for each in heard]
    return tuple(each.full_name for each in found if each is not None and each.covered)


def readable(database: Database, forge: Forge, full_name: str, person: Person) -> StoredRepository | None:
    """The repository, asked of GitHub at this moment; None: there is none that they may read. Raises Unreachable."""
    with database.read() as connection:
        stored = repositories.by_full_name(connection, full_name)
        if stored is not None and stored.covered and not is_ours(connection, stored):
            return None
    try:
        found = stored if stored is not None and stored.covered else _found(forge, full_name)
        may = found is not None and forge.permission(found.ref, person.login, person.id) >= Role.READ
    except (Gone, Denied):
        return None
    return found if may else None


def is_ours(connection: Connection, repository: StoredRepository) -> bool:
    """True while the GitHub App covers it, as far as we heard; what no delivery has told of is GitHub's to say."""
    known = repositories.by_id(connection, repository.id)
    installation = installations.by_id(connection, repository.installation_id)
    return (known is None or known.covered) and (installation is None or installation.state not in LEFT)


def _found(forge: Forge, full_name: str) -> StoredRepository | None:
    """A repository that no delivery has named yet: it is covered if GitHub says so."""
    if not re.fullmatch(FULL_NAME, full_name):
        return None
    installation_id, news = forge.find(full_name)
    return StoredRepository(installation_id=installation_id, covered=True, **vars(news))


def keep(connection: Connection, repository: StoredRepository, now: float) -> None:
    """Something is asked of it: it is stored from now on."""
    if repositories.by_id(connection, repository.id) is None:
        repositories.record(connection, repository.installation_id, repository.told, now)


def no_such(named: str = "") -> Reply:
    """The very same of a repository that isn't there, that isn't covered, and that they may not read.

    `named`: its name where they wrote it, or the channel says it; a name that they may not know is never told.
    """
    which_one = f"no repository {code(named)}" if named else "no such repository"
    return refused(Reason.NO_SUCH_REPOSITORY, f"There is {which_one} here that you may read.")


def which(several: Several) -> Reply:
    """Several are heard of in the channel, or none."""
    names = ", ".join(code(name) for name in several.names[:MOST_NAMED])
    said = f"This channel hears of several: {names}." if names else "No repository was named."
    return refused(Reason.WHICH_REPOSITORY, said)
