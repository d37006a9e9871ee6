"""For whom we work: what events about installations, repositories and members change, and what is left alone."""

from typing import assert_never

from sqlalchemy import Connection

from engine.domain.event import (
    AccessChanged,
    ButtonPressed,
    Commented,
    CoverageChanged,
    HouseholdEvent,
    InstallationChanged,
    PullRequestChanged,
    Pushed,
    RepositoryChanged,
)
from engine.intake import installation_events, repository_events
from engine.store import generations, installations, repositories

LEFT = {
    installations.SUSPENDED: "the GitHub App is suspended there",
    installations.DELETED: "the GitHub App was uninstalled there",
}


def apply(connection: Connection, event: HouseholdEvent, now: float) -> str:
    """Writes what the event changes; one short sentence of what was done. `now` is in Unix seconds.

    Events come twice, late and out of order: each leads to a state that the level sweep would not have to mend for
    long, and those that give us something ask for a sweep at once.
    """
    generations.bump(connection, generations.ACCESS)
    match event:
        case AccessChanged(what=what):
            return f"permissions are asked for anew: {what}"
        case InstallationChanged():
            return installation_events.apply(connection, event, now)
        case CoverageChanged():
            return repository_events.apply_coverage(connection, event, now)
        case RepositoryChanged():
            return repository_events.apply_repository(connection, event, now)
        case _:
            assert_never(event)


def apply_late(connection: Connection, event: HouseholdEvent, now: float) -> str:
    """The same for an event that newer ones have overtaken. Only what can't be taken back is believed, and what shuts
    somebody out; how the rest stands now, the level sweep asks GitHub.
    """
    match event:
        case InstallationChanged(action="deleted") | RepositoryChanged(action="deleted" | "privatized"):
            said = apply(connection, event, now)
        case _:
            generations.bump(connection, generations.ACCESS)
            said = "told late: GitHub is asked how it is"
    generations.bump(connection, generations.SWEEP)
    return said


def set_aside(connection: Connection, event: Pushed | PullRequestChanged | Commented | ButtonPressed) -> str:
    """Why a delivery is left alone: it is late, of somebody for whom we work no more. Empty: it isn't."""
    installation = installations.by_id(connection, event.installation_id)
    if installation is not None and installation.state in LEFT:
        return LEFT[installation.state]
    repository = repositories.by_id(connection, event.repository.id)
    if repository is None or repository.covered or repository.installation_id != event.installation_id:
        return ""
    return repositories.why_removed(connection, repository.id)
