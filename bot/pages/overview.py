"""The previews that there are, newest first, for the front page."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.pages.readers import readable_by
from engine.access.permissions import Permissions
from engine.domain.build import BuildState, version_name
from engine.domain.preview import PreviewState, preview_state
from engine.forge.port import RepositoryRef
from engine.store.schema import builds, previews, pull_requests, repositories

#: Rows that are looked at; older ones are found from their pull request.
MOST = 200


@dataclass(frozen=True)
class Listed:
    """One preview on the front page."""

    repository: RepositoryRef
    number: int
    title: str
    label: str
    state: PreviewState
    #: The newest build; empty and None when there is none.
    build_id: str
    build_state: BuildState | None
    version: str
    sha: str
    serving: bool
    #: Unix seconds.
    updated_at: float


@dataclass(frozen=True)
class Overview:
    """What one person may see, and the repositories of which nobody could tell."""

    previews: tuple[Listed, ...]
    unclear: tuple[str, ...]


def list_previews(connection: Connection) -> list[Listed]:
    """Previews of every repository that the GitHub App covers, whoever may see them."""
    rows = connection.execute(
        select(
            previews,
            repositories.c.full_name,
            pull_requests.c.title,
            builds.c.state,
            builds.c.sha,
            builds.c.number.label("build_number"),
        )
        .join(repositories, repositories.c.id == previews.c.repository_id)
        .outerjoin(builds, builds.c.id == previews.c.newest_build_id)
        .outerjoin(
            pull_requests,
            (pull_requests.c.repository_id == previews.c.repository_id) & (pull_requests.c.number == previews.c.number),
        )
        .where(repositories.c.removed_at.is_(None), previews.c.life != "removed")
        .order_by(previews.c.updated_at.desc())
        .limit(MOST)
    ).mappings()
    return [
        Listed(
            repository=RepositoryRef(row["installation_id"], row["repository_id"], row["full_name"]),
            number=row["number"],
            title=row["title"] or "",
            label=row["label"],
            state=preview_state(
                row["life"],
                BuildState(row["state"]) if row["state"] else None,
                down=row["deaths"] > 0 and not row["serving_build_id"],
            ),
            build_id=row["newest_build_id"],
            build_state=BuildState(row["state"]) if row["state"] else None,
            version=version_name(row["build_number"]) if row["build_number"] else "",
            sha=row["sha"] or "",
            serving=bool(row["serving_build_id"]),
            updated_at=row["updated_at"],
        )
        for row in rows
    ]


def readable(found: Iterable[Listed], permissions: Permissions, login: str) -> Overview:
    """Those of `found` whose repository `login` may read."""
    shown = list(found)
    may = readable_by(permissions, login, (each.repository for each in shown))
    return Overview(tuple(each for each in shown if each.repository.id in may.roles), may.unclear)
