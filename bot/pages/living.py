"""What lives in the environments of many repositories, in few reads: for the dashboard, which is looked at often."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release
from engine.project.environments import in_order
from engine.store import environments, releases
from engine.store.deploy_schema import environments as environment_rows
from engine.store.deploy_schema import releases as release_rows


@dataclass(frozen=True)
class Living:
    """An environment, and what is to be said of it in one line."""

    environment: Environment
    #: What answers on its address; None while nothing was deployed.
    serving: Release | None
    #: What happens at this moment, else what went wrong last; None while what serves is the newest.
    newest: Release | None


def living(connection: Connection, repository_ids: Sequence[int]) -> dict[int, tuple[Living, ...]]:
    """The environments of each repository, each behind the one that comes before it; retired ones last."""
    mine = (
        select(environment_rows.c.repository_id).where(environment_rows.c.repository_id.in_(repository_ids)).distinct()
    )
    newest = _newest(connection, repository_ids)
    return {
        number: tuple(_living(connection, each, newest) for each in _in_order(connection, number))
        for number in connection.execute(mine).scalars()
    }


def _in_order(connection: Connection, repository_id: int) -> list[Environment]:
    found = environments.of_repository(connection, repository_id)
    return in_order(each for each in found if not each.retired or each.release_id)


def _living(connection: Connection, environment: Environment, newest: dict[str, str]) -> Living:
    own, last = environment.release_id, newest.get(environment.id, "")
    return Living(
        environment=environment,
        serving=releases.by_id(connection, own) if own else None,
        newest=releases.by_id(connection, last) if last and last != own else None,
    )


def _newest(connection: Connection, repository_ids: Sequence[int]) -> dict[str, str]:
    """By environment: the id of its oldest release that isn't over, else of its newest."""
    columns = release_rows.c
    mine = columns.repository_id.in_(repository_ids)
    last = select(columns.environment_id, func.max(columns.number).label("number")).where(mine)
    highest = last.group_by(columns.environment_id).subquery()
    same = (columns.environment_id == highest.c.environment_id) & (columns.number == highest.c.number)
    ids = select(columns.environment_id, columns.id)
    found = {row.environment_id: row.id for row in connection.execute(ids.join(highest, same))}
    live = ids.where(mine, columns.state.not_in([state.value for state in DeployState if state.terminal]))
    under_way = connection.execute(live.order_by(columns.created_at.desc()))
    return found | {row.environment_id: row.id for row in under_way}
