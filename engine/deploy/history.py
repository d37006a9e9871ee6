"""The releases of an environment that decisions look at. Where pushes supersede one another hundreds may never begin:
what serves, and what served, is found behind them.
"""

from sqlalchemy import Connection, select

from engine.domain.environment import Environment
from engine.domain.release import TERMINAL, DeployState, Release
from engine.store import releases
from engine.store.deploy_schema import releases as rows

#: Newest releases of an environment that are looked through, whatever became of them.
HISTORY = 200
#: Of each state of those that served, the newest that are looked through wherever they stand.
MOST_SERVED = 20
SERVED = (DeployState.DEPLOYED, DeployState.ROLLED_BACK)


def history_of(connection: Connection, environment: Environment) -> tuple[Release, ...]:
    """The newest releases, what serves and what served before it, newest first."""
    newest = releases.of_environment(connection, environment.id, HISTORY)
    if len(newest) < HISTORY:
        return tuple(newest)
    told = [*newest, *_serving(connection, environment)]
    for state in SERVED:
        told += releases.of_repository(
            connection,
            environment.repository_id,
            environment=environment.name,
            state=state.value,
            count=MOST_SERVED,
        )
    found = {each.id: each for each in told}
    return tuple(sorted(found.values(), key=lambda each: each.number, reverse=True))


def newest_begun(connection: Connection, environment: Environment) -> Release | None:
    """The release that was over last, of those that had begun; None: there was none."""
    over = (
        rows.c.environment_id == environment.id,
        rows.c.state.in_(sorted(TERMINAL)),
        rows.c.started_at.is_not(None),
    )
    last = select(rows.c.id).where(*over).order_by(rows.c.finished_at.desc(), rows.c.number.desc()).limit(1)
    found = connection.execute(last).scalar_one_or_none()
    return None if found is None else releases.by_id(connection, found)


def is_under_way(release: Release) -> bool:
    """True of a release that a job works on, and that nobody wants to end."""
    return not release.state.terminal and release.started_at is not None and not release.stop_wanted


def _serving(connection: Connection, environment: Environment) -> list[Release]:
    """What serves, and what a rollback made it of."""
    serving = releases.by_id(connection, environment.release_id)
    if serving is None:
        return []
    source = releases.by_id(connection, serving.source_id)
    own = source is not None and source.environment_id == environment.id
    return [serving, source] if source is not None and own else [serving]
