"""Previews: one per pull request, opened, closed and opened again."""

import secrets
from dataclasses import replace
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from engine.domain.job import JobKind
from engine.domain.preview import Preview, preview_label
from engine.reports.subjects import mark_check, mark_comment
from engine.store import builds, jobs, routes, timeline
from engine.store.port import NewJob
from engine.store.schema import previews


def ensure(
    connection: Connection,
    *,
    installation_id: int,
    repository_id: int,
    full_name: str,
    number: int,
    access: str,
    now: float,
) -> Preview:
    """The pull request's preview: made, or opened again, with the access that `slipway.yml` says now."""
    known = by_pull_request(connection, repository_id, number)
    if known is None:
        preview = Preview(
            id=f"pv_{secrets.token_hex(8)}",
            installation_id=installation_id,
            repository_id=repository_id,
            number=number,
            label=preview_label(number, full_name, repository_id),
            life="open",
            generation=1,
            sandbox_id="",
            newest_build_id="",
            serving_build_id="",
            access=access,
        )
        connection.execute(insert(previews).values(**vars(preview), created_at=now, updated_at=now))
        timeline.add(connection, preview.id, "preview_opened", f"Preview of pull request #{number}", now)
    else:
        # An App that was installed again, and a repository that was transferred, have another installation.
        preview = replace(known, installation_id=installation_id, life="open", access=access)
        values = {"installation_id": installation_id, "life": "open", "access": access, "updated_at": now}
        connection.execute(update(previews).where(previews.c.id == known.id).values(**values))
    if preview != known:
        routes.ensure(connection, preview, now)
    return preview


def by_id(connection: Connection, preview_id: str) -> Preview | None:
    """The preview of that id."""
    row = connection.execute(select(previews).where(previews.c.id == preview_id)).mappings().one_or_none()
    return _preview(row) if row is not None else None


def by_pull_request(connection: Connection, repository_id: int, number: int) -> Preview | None:
    """The preview of a pull request."""
    mine = (previews.c.repository_id == repository_id, previews.c.number == number)
    row = connection.execute(select(previews).where(*mine)).mappings().one_or_none()
    return _preview(row) if row is not None else None


def end(connection: Connection, preview: Preview, life: Literal["removed", "stopped"], now: float) -> None:
    """Closes a preview: no visitor gets through from this commit on; a job takes its sandbox away."""
    if preview.life == life:
        return
    generation = preview.generation + 1
    # The sandbox stays findable by its metadata; a life that begins anew must not take it up again.
    values = {"life": life, "generation": generation, "serving_build_id": "", "sandbox_id": "", "updated_at": now}
    values |= {"deaths": 0, "death": "", "revive_at": 0}
    jobs.want_stop(connection, subject=preview.id, kind=JobKind.REVIVE, why="superseded")
    connection.execute(update(previews).where(previews.c.id == preview.id).values(**values))
    routes.close(connection, preview.id, generation, life, now)
    builds.stop_unfinished(connection, preview.id, "cancelled", f"The preview was {life}", now)
    timeline.add(connection, preview.id, f"preview_{life}", f"The preview was {life}", now)
    jobs.add(
        connection,
        NewJob(
            kind=JobKind.REMOVE,
            key=f"remove:{preview.id}:{generation}",
            installation_id=preview.installation_id,
            subject=preview.id,
            order_key=f"preview:{preview.id}",
            queue="quick",
        ),
    )
    mark(connection, preview)
    newest = builds.newest(connection, preview)
    if newest is not None:
        # The same commit may be the head of another pull request, whose preview the check tells of now.
        mark_check(
            connection,
            installation_id=preview.installation_id,
            repository_id=preview.repository_id,
            sha=newest.sha,
        )


def keep_sandbox(connection: Connection, preview: Preview, sandbox_id: str, now: float) -> bool:
    """Notes the preview's sandbox; False, and nothing changed, if the preview has moved on."""
    kept = connection.execute(
        update(previews)
        .where(previews.c.id == preview.id, previews.c.generation == preview.generation)
        .values(sandbox_id=sandbox_id, updated_at=now)
    )
    return bool(kept.rowcount)


def drop_sandbox(connection: Connection, preview: Preview) -> None:
    """Notes that the sandbox of this life of the preview is gone; the next build makes a fresh one."""
    same = (previews.c.id == preview.id, previews.c.generation == preview.generation)
    connection.execute(update(previews).where(*same).values(sandbox_id=""))


def mark(connection: Connection, preview: Preview) -> None:
    """The pull request's comment should show the preview as it is now."""
    mark_comment(
        connection,
        installation_id=preview.installation_id,
        repository_id=preview.repository_id,
        number=preview.number,
    )


def _preview(row: RowMapping) -> Preview:
    return Preview(**{name: row[name] for name in Preview.__dataclass_fields__})
