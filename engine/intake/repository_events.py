"""`installation_repositories` and `repository`: what an installation covers, and what became of a repository."""

from sqlalchemy import Connection

from engine.domain.event import CoverageChanged, RepositoryChanged
from engine.intake import departures
from engine.store import generations, installations, repositories
from engine.store.repositories import StoredRepository


def apply_coverage(connection: Connection, event: CoverageChanged, now: float) -> str:
    """Repositories that came to an installation, or left it."""
    installations.note(connection, event.installation_id, "", now)
    back = [each.id for each in event.added if repositories.take_over(connection, each, event.installation_id, now)]
    departures.take_up_reports(connection, back)
    for each in event.added:
        if repositories.by_id(connection, each.id) is None:
            # Its pull requests of before are nobody's wish for a build.
            repositories.cover(connection, each.id, now)
    removed = [each.id for each in event.removed if _leaves(connection, each.id, event.installation_id)]
    for repository_id in removed:
        _leave(connection, repository_id, "taken from the GitHub App", now)
    departures.erase_secrets(connection, removed)
    departures.fall_silent(connection, removed)
    if event.added:
        generations.bump(connection, generations.SWEEP)
    return f"{len(event.added)} repositories added, {len(removed)} removed"


def apply_repository(connection: Connection, event: RepositoryChanged, now: float) -> str:
    """Renamed, transferred, made private or public, archived, deleted."""
    before = repositories.by_id(connection, event.repository.id)
    if before is None:
        return "nothing of it is known here"
    match event.action:
        case "deleted":
            _leave(connection, before.id, "the repository was deleted", now)
            departures.erase_secrets(connection, [before.id])
            departures.fall_silent(connection, [before.id])
            return "the repository was deleted"
        case "archived":
            _leave(connection, before.id, "the repository was archived", now)
            return "archived: its previews ended, and nothing is built until it is unarchived"
        case "unarchived":
            repositories.record(connection, event.installation_id, event.repository, now)
            repositories.cover(connection, before.id, now)
            departures.take_up_reports(connection, [before.id])
            generations.bump(connection, generations.SWEEP)
            return "unarchived"
        case "transferred":
            # Which installation covers it now is GitHub's to say: the event may come late, or by the old one.
            generations.bump(connection, generations.SWEEP)
            return _update(connection, event, before, now)
        case _:
            return _update(connection, event, before, now)


def _update(connection: Connection, event: RepositoryChanged, before: StoredRepository, now: float) -> str:
    """Its row says what the event says; what it changes for visitors holds at once."""
    if not before.covered and before.installation_id == event.installation_id:
        return "the GitHub App no longer covers the repository"
    repositories.record(connection, event.installation_id, event.repository, now)
    if before.full_name != event.repository.full_name:
        # Posts under the old name may have been refused meanwhile.
        departures.take_up_reports(connection, [before.id])
    if event.action == "privatized":
        closed = departures.close_to_strangers(connection, before.id, now)
        return f"private: {closed} public previews closed to strangers"
    return f"called {event.repository.full_name}" if event.action == "renamed" else "noted"


def _leaves(connection: Connection, repository_id: int, installation_id: int) -> bool:
    """False for what was never here, and for what another installation covers by now."""
    known = repositories.by_id(connection, repository_id)
    return known is not None and known.covered and known.installation_id == installation_id


def _leave(connection: Connection, repository_id: int, why: str, now: float) -> None:
    repositories.remove(connection, repository_id, why, now)
    departures.end_all(connection, [repository_id], why, now)
