"""What the level sweep compares GitHub with, read from SQL."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, or_, select

from engine.domain.job import JobKind
from engine.forge.delivery_ids import order_key_of
from engine.recovery.differences import KnownPullRequest
from engine.store import repositories
from engine.store.jobs import is_live
from engine.store.repositories import StoredRepository
from engine.store.schema import jobs, previews, pull_requests

#: Ids in one query.
CHUNK = 500


def repositories_of(
    connection: Connection, installation_id: int, listed: Collection[int]
) -> dict[int, StoredRepository]:
    """The repositories that came through an installation, and those of other installations that it lists now."""
    found = {each.id: each for each in repositories.of_installation(connection, installation_id)}
    for number in set(listed) - found.keys():
        other = repositories.by_id(connection, number)
        if other is not None:
            found[number] = other
    return found


def with_something_open(connection: Connection) -> set[int]:
    """Repositories with open pull requests or previews, as far as we know."""
    opened = select(pull_requests.c.repository_id).where(pull_requests.c.open)
    shown = select(previews.c.repository_id).where(previews.c.life != "removed")
    return set(connection.execute(opened.union(shown)).scalars())


def pull_requests_of(connection: Connection, repository_id: int, numbers: Sequence[int]) -> dict[int, KnownPullRequest]:
    """The pull requests of those numbers, and all that we take for open."""
    listed = or_(
        *(pull_requests.c.number.in_(numbers[at : at + CHUNK]) for at in range(0, len(numbers), CHUNK)),
        pull_requests.c.open,
        previews.c.life.in_(["open", "stopped"]),
    )
    same = (
        previews.c.repository_id == pull_requests.c.repository_id,
        previews.c.number == pull_requests.c.number,
    )
    found = (
        select(pull_requests, previews.c.life)
        .outerjoin(previews, same[0] & same[1])
        .where(pull_requests.c.repository_id == repository_id, listed)
    )
    return {
        row.number: KnownPullRequest(row.number, row.head_sha, bool(row.open), bool(row.draft), row.life or "")
        for row in connection.execute(found)
    }


def is_being_read(connection: Connection, repository_id: int) -> bool:
    """True while a delivery about the repository waits or is worked on: the difference may be gone in a moment."""
    reading = jobs.c.kind == JobKind.INTAKE, jobs.c.order_key == order_key_of(repository_id)
    return connection.execute(select(jobs.c.id).where(is_live(jobs), *reading).limit(1)).first() is not None
