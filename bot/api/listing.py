"""Previews as the API shows them."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Select, select

from engine.domain.build import BuildState, version_name
from engine.domain.preview import PreviewState, preview_state
from engine.forge.port import RepositoryRef
from engine.settings import Settings
from engine.store.schema import builds, previews, repositories


@dataclass(frozen=True)
class ListedPreview:
    """The documented fields, in their order. `state`, `sha` and `version` are the newest build's."""

    id: str
    name: str
    state: PreviewState
    sha: str | None
    version: str | None
    #: What answers on `url`.
    serving_sha: str | None
    url: str
    job_url: str | None

    def json(self) -> dict[str, object]:
        """For an answer."""
        return asdict(self)


@dataclass(frozen=True)
class FoundPreview:
    """A preview with what decides about it."""

    repository: RepositoryRef
    #: `open`, `stopped` or `removed`.
    life: str
    label: str
    shown: ListedPreview


_newest = builds.alias("newest")
_serving = builds.alias("serving")


def by_id(connection: Connection, settings: Settings, preview_id: str) -> FoundPreview | None:
    """The preview of that id, of a repository that the GitHub App still covers."""
    found = _read(connection, settings, _rows().where(previews.c.id == preview_id))
    return found[0] if found else None


def of_repository(
    connection: Connection, settings: Settings, repository_id: int, number: int | None
) -> list[FoundPreview]:
    """The previews of a repository, or of one of its pull requests; the newest pull request first."""
    rows = _rows().where(previews.c.repository_id == repository_id)
    if number is not None:
        rows = rows.where(previews.c.number == number)
    return _read(connection, settings, rows.order_by(previews.c.number.desc()))


def _rows() -> Select[tuple[object, ...]]:
    return (
        select(
            previews,
            repositories.c.full_name,
            _newest.c.state,
            _newest.c.sha,
            _newest.c.number.label("version"),
            _serving.c.sha.label("serving_sha"),
        )
        .join(repositories, repositories.c.id == previews.c.repository_id)
        .outerjoin(_newest, _newest.c.id == previews.c.newest_build_id)
        .outerjoin(_serving, _serving.c.id == previews.c.serving_build_id)
        .where(repositories.c.removed_at.is_(None))
    )


def _read(connection: Connection, settings: Settings, rows: Select[tuple[object, ...]]) -> list[FoundPreview]:
    return [
        FoundPreview(
            repository=RepositoryRef(row["installation_id"], row["repository_id"], row["full_name"]),
            life=row["life"],
            label=row["label"],
            shown=ListedPreview(
                id=row["id"],
                name=f"pr-{row['number']}",
                state=preview_state(
                    row["life"],
                    BuildState(row["state"]) if row["state"] else None,
                    down=row["deaths"] > 0 and not row["serving_build_id"],
                ),
                sha=row["sha"],
                version=version_name(row["version"]) if row["version"] else None,
                serving_sha=row["serving_sha"],
                url=settings.preview_url(row["label"]),
                job_url=f"{settings.public_url}/jobs/{row['newest_build_id']}" if row["newest_build_id"] else None,
            ),
        )
        for row in connection.execute(rows).mappings()
    ]
