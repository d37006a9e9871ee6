"""Where a project's environments stand, read for an answer."""

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.planner.known import EnvironmentView
from engine.project.environments import in_order
from engine.settings import Settings
from engine.store import environments, locks, releases


def views_of(connection: Connection, repository_id: int, settings: Settings) -> tuple[EnvironmentView, ...]:
    """Every environment of a repository; retired ones only while something serves there."""
    at = locks.times(connection, settings.intervals)
    found = in_order(environments.of_repository(connection, repository_id))
    return tuple(_view(connection, each, at, settings) for each in found if not each.retired or each.release_id)


def _view(connection: Connection, environment: Environment, at: locks.LockTimes, settings: Settings) -> EnvironmentView:
    serving = releases.by_id(connection, environment.release_id) if environment.release_id else None
    return EnvironmentView(
        name=environment.name,
        url=settings.release_url(environment.label),
        serving=serving,
        unfinished=tuple(releases.unfinished(connection, environment.id)),
        locks=tuple(locks.queue(connection, environment.id, at)),
        hold=environment.hold,
        hold_by=environment.hold_by,
        hold_at=environment.hold_at,
        death=environment.death,
        retired=environment.retired,
    )
