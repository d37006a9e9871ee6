"""`installation`: the GitHub App was installed, suspended, uninstalled, or granted more."""

from sqlalchemy import Connection

from engine.domain.event import InstallationChanged
from engine.intake import departures
from engine.store import generations, installations, repositories
from engine.store.installations import ACTIVE, DELETED, SUSPENDED


def apply(connection: Connection, event: InstallationChanged, now: float) -> str:
    """Writes what the event changes; one short sentence of what was done."""
    before = installations.note(connection, event.installation_id, event.account, now)
    match event.action:
        case "created" if before.state == DELETED:
            # An installation's id is never given again, so this is late; the sweep asks GitHub whether it is.
            generations.bump(connection, generations.SWEEP)
            return "told late: it was uninstalled since"
        case "created":
            generations.bump(connection, generations.SWEEP)
            return _cover(connection, event, now)
        case "unsuspend" if before.state == DELETED:
            return "told late: it was uninstalled since"
        case "unsuspend" | "found":
            # `found` is the level sweep's own: GitHub has just listed the installation.
            return _begin(connection, event.installation_id, now)
        case "suspend" if before.state == DELETED:
            return "told late: it was uninstalled since"
        case "suspend":
            # Tried again, it may have come after its own end: GitHub says how it is.
            generations.bump(connection, generations.SWEEP)
            return _end(connection, event.installation_id, SUSPENDED, "the GitHub App was suspended", now)
        case "deleted":
            return _end(connection, event.installation_id, DELETED, "the GitHub App was uninstalled", now)
        case "new_permissions_accepted":
            departures.forget_tokens(connection)
            departures.take_up_reports(connection, _ids(connection, event.installation_id))
            return "tokens are minted anew with the new permissions"
        case _:
            return "noted"


def _begin(connection: Connection, installation_id: int, now: float) -> str:
    installations.set_state(connection, installation_id, ACTIVE, now)
    departures.forget_tokens(connection)
    departures.take_up_reports(connection, _ids(connection, installation_id))
    generations.bump(connection, generations.SWEEP)
    return "active again"


def _cover(connection: Connection, event: InstallationChanged, now: float) -> str:
    """Repositories that we know from an installation before this one come along."""
    back = [
        each.id for each in event.repositories if repositories.take_over(connection, each, event.installation_id, now)
    ]
    departures.take_up_reports(connection, back)
    return f"installed on {len(event.repositories)} repositories"


def _end(connection: Connection, installation_id: int, state: str, why: str, now: float) -> str:
    installations.set_state(connection, installation_id, state, now)
    covered = _ids(connection, installation_id)
    ended = departures.end_all(connection, covered, why, now)
    departures.erase_secrets(connection, covered)
    if state == DELETED:
        departures.fall_silent(connection, covered)
    return f"{why}: {ended} previews ended"


def _ids(connection: Connection, installation_id: int) -> list[int]:
    return [each.id for each in repositories.of_installation(connection, installation_id)]
