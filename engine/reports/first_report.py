"""The first report of a project: it says how deploys begin where `slipway.yml` doesn't."""

from sqlalchemy import Connection, select

from engine.domain.preview import Preview
from engine.project.environments import rules_of
from engine.store import environments, releases
from engine.store.schema import previews


def tells_of_production(connection: Connection, preview: Preview) -> bool:
    """True of a repository's first preview while no environment is named and nothing was ever deployed."""
    known = environments.of_repository(connection, preview.repository_id)
    if any(rules_of(each).written and not each.retired for each in known):
        return False
    mine = select(previews.c.id).where(previews.c.repository_id == preview.repository_id)
    first = connection.execute(mine.order_by(previews.c.created_at, previews.c.id).limit(1)).scalar_one_or_none()
    return first == preview.id and not releases.of_repository(connection, preview.repository_id, count=1)
