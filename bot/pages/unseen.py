"""Repositories of which no delivery has told yet: GitHub knows whether its App covers them."""

import re
import time

from bot.pages.reception import Reception
from engine.domain.event import Repository
from engine.errors import Denied, Gone
from engine.store import repositories
from engine.store.repositories import StoredRepository

FULL_NAME = re.compile(r"[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}")


def look_up(reception: Reception, full_name: str) -> StoredRepository | None:
    """The repository of that name, as it is stored, else as GitHub tells. Raises Unreachable."""
    with reception.database.read() as connection:
        stored = repositories.by_full_name(connection, full_name)
    if (stored is not None and stored.covered) or not FULL_NAME.fullmatch(full_name):
        return stored
    try:
        installation_id, news = reception.forge.find(full_name)
    except (Gone, Denied):
        return None
    return StoredRepository(installation_id=installation_id, covered=True, **vars(news))


def remember(reception: Reception, repository: StoredRepository) -> None:
    """Something is asked of it: it is stored from now on."""
    with reception.database.write() as connection:
        if repositories.by_id(connection, repository.id) is None:
            repositories.record(connection, repository.installation_id, repository.told, time.time())


def news_of(reception: Reception, repository: StoredRepository) -> Repository | None:
    """What is to be stored of it before anything else; None when it is stored."""
    with reception.database.read() as connection:
        known = repositories.by_id(connection, repository.id)
    return repository.told if known is None else None
