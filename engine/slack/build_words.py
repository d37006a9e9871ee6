"""What whoever asked for a build is told at once; everything after that is told by its message."""

from sqlalchemy import Connection

from engine.deploy.words import commit
from engine.domain.build import STAGE_LABELS, Build, BuildState
from engine.reports.escape import code, link
from engine.reports.links import Links
from engine.store import previews, repositories
from engine.store.asks import CANCEL, Ask


def told_of(connection: Connection, ask: Ask, build: Build, links: Links) -> str:
    """Where the build stands that the ask follows. Markdown of ours."""
    preview = previews.by_id(connection, build.preview_id)
    repository = repositories.by_id(connection, build.repository_id)
    # Rows that the build's own row refers to: the database keeps them.
    assert preview is not None
    assert repository is not None
    what = f"Commit {commit(build.sha)} of {code(f'{repository.full_name}#{preview.number}')}"
    page = link("its page", links.job(build.id))
    if ask.command == CANCEL:
        return f"{what} is {'not built any more' if build.state.terminal else 'being ended'}: {page}."
    if build.state is BuildState.READY:
        return f"{what} is ready: {link('open the preview', links.preview(preview.label))}."
    if build.state.terminal:
        return f"{what}: {STAGE_LABELS[build.state].lower()}. {page} says why."
    return f"{what} is being built: {page}."
