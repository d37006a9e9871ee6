"""Routes: host label → what answers there, a preview or a release. A copy of SQL, read whole when it moves."""

import logging
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from bot.gateway.address import Address, parse_address
from engine.errors import ConfigurationError
from engine.forge.port import RepositoryRef
from engine.store.schema import generations, previews, repositories, routes

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Route:
    """What answers at one host label."""

    label: str
    preview_id: str
    repository: RepositoryRef
    #: waiting | building | serving | restarting | down | failed | stopped | removed
    state: str
    #: `unix:/path` · `tcp:host:port` · `tls:host:port#token`; empty while nothing answers.
    upstream: str
    #: The same, read; None while nothing answers.
    address: Address | None
    #: The build or release that the upstream runs.
    release: str
    newest_build_id: str
    public: bool
    #: True of an environment's: it lives on the domain of releases, another than that of previews.
    is_release: bool = False

    @property
    def indexed(self) -> bool:
        """True when search engines may show it: a release that everybody may see."""
        return self.is_release and self.public


Routes = dict[str, Route]


def read_generations(connection: Connection) -> dict[str, int]:
    """The counters that tell whether the copy is still good."""
    return {row.name: row.value for row in connection.execute(select(generations))}


_ROUTES = (
    select(routes, previews.c.newest_build_id, repositories.c.full_name)
    .outerjoin(previews, previews.c.id == routes.c.preview_id)
    .outerjoin(repositories, repositories.c.id == routes.c.repository_id)
)


def read_routes(connection: Connection) -> Routes:
    """Every route."""
    return {row["label"]: _route(row) for row in connection.execute(_ROUTES).mappings()}


def read_route(connection: Connection, label: str) -> Route | None:
    """The route of one host label."""
    row = connection.execute(_ROUTES.where(routes.c.label == label)).mappings().one_or_none()
    return None if row is None else _route(row)


def _route(row: RowMapping) -> Route:
    address = _address(row)
    return Route(
        label=row["label"],
        preview_id=row["preview_id"],
        repository=RepositoryRef(row["installation_id"], row["repository_id"], row["full_name"] or ""),
        state=row["state"],
        upstream=row["upstream"] if address else "",
        address=address,
        release=row["release"],
        newest_build_id=row["newest_build_id"] or "",
        public=row["access"] == "public",
        is_release=row["preview_id"].startswith("env_"),
    )


def _address(row: RowMapping) -> Address | None:
    """One unreadable row must not keep the others from being served."""
    try:
        return parse_address(row["upstream"]) if row["upstream"] else None
    except ConfigurationError as error:
        log.error("%s: %s", row["label"], error)
        return None
