"""Previews whose sandbox is gone, together with the machine or the Slipway that ran it: asked for again."""

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from engine.domain.build import Build, BuildState
from engine.domain.preview import Preview
from engine.store import builds, deaths, generations, previews
from engine.store.routes import GENERATION
from engine.store.schema import previews as preview_rows
from engine.store.schema import routes


def bring_back(connection: Connection, living: Collection[str], ask: str, now: float) -> list[Preview]:
    """Builds again what served in a sandbox that isn't among `living`; answers the previews that lost theirs.

    `ask` names this occasion: asked twice, one build is made. A newest build that is under way goes on by itself; after
    one that failed only the reason is shown, since a link must not show an older commit as if it were the newest.
    """
    served = select(preview_rows.c.id).where(
        preview_rows.c.life == "open",
        preview_rows.c.serving_build_id != "",
        preview_rows.c.sandbox_id.not_in(sorted(living)),
    )
    lost = [previews.by_id(connection, preview_id) for preview_id in connection.execute(served).scalars().all()]
    found = [preview for preview in lost if preview is not None]
    for preview in found:
        rebuild(connection, preview, ask, now)
    return found


def rebuild(connection: Connection, preview: Preview, ask: str, now: float) -> None:
    """What served is gone with its sandbox: visitors get a page, and the newest build is asked for again."""
    newest = builds.newest(connection, preview)
    # No upstream, or visitors would be sent to a door that is gone until the build is done.
    silent = {"upstream": "", "release": "", "state": _page_after(newest), "updated_at": now}
    connection.execute(update(routes).where(routes.c.preview_id == preview.id).values(silent))
    connection.execute(update(preview_rows).where(preview_rows.c.id == preview.id).values(serving_build_id=""))
    deaths.forget(connection, preview.id)
    generations.bump(connection, GENERATION)
    if newest is not None and newest.state is BuildState.READY:
        # In the name of whoever asked before: the build checks that they may still do so (requirement C2).
        builds.ask(connection, preview=preview, sha=newest.sha, ask=ask, requested_by=newest.requested_by, now=now)
    else:
        previews.mark(connection, preview)


def _page_after(newest: Build | None) -> str:
    if newest is None or newest.state in (BuildState.CANCELLED, BuildState.SUPERSEDED):
        return "waiting"
    return "failed" if newest.state.terminal else "building"
