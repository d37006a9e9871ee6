"""What deployments show of a preview, read from SQL at one moment. Pure reads."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.preview import Preview
from engine.store import builds, meta, previews, repositories
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class PreviewView:
    """A preview with the builds that people can tell apart in it."""

    #: This installation of Slipway.
    instance: str
    repository: StoredRepository
    preview: Preview
    #: The newest build; before it the one that still answers, where that is of another commit.
    shown: tuple[Build, ...]


def preview_view(connection: Connection, repository_id: int, preview_id: str) -> PreviewView | None:
    """The preview as it stands; None when it isn't one of that repository's, or nothing was ever built."""
    preview = previews.by_id(connection, preview_id)
    repository = repositories.by_id(connection, repository_id)
    if preview is None or repository is None or preview.repository_id != repository_id:
        return None
    newest = builds.newest(connection, preview)
    serving = builds.by_id(connection, preview.serving_build_id) if preview.serving_build_id else None
    if newest is None:
        return None
    shown = (serving, newest) if serving is not None and serving.sha != newest.sha else (newest,)
    return PreviewView(meta.instance(connection), repository, preview, shown)
