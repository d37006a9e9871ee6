"""Routes: what the gateway answers with under a host label. Each change raises the generation `routes`."""

from sqlalchemy import Connection, update

from engine.domain.preview import Preview
from engine.sandboxes.port import Upstream
from engine.store import generations
from engine.store.schema import previews, routes
from engine.store.upsert import insert_into

GENERATION = "routes"


def ensure(connection: Connection, preview: Preview, now: float) -> None:
    """A route for this preview: a new one waits, one that was closed opens again."""
    row = {
        "installation_id": preview.installation_id,
        "repository_id": preview.repository_id,
        "preview_id": preview.id,
        "access": preview.access,
        "generation": preview.generation,
        "updated_at": now,
    }
    made = insert_into(connection, routes).values(label=preview.label, state="waiting", **row)
    connection.execute(made.on_conflict_do_update(index_elements=["label"], set_=row))
    closed = routes.c.state.in_(["stopped", "removed"])
    connection.execute(update(routes).where(routes.c.label == preview.label, closed).values(state="waiting"))
    generations.bump(connection, GENERATION)


def serve(connection: Connection, preview: Preview, build_id: str, upstream: Upstream, now: float) -> bool:
    """Sends visitors to `upstream`, which runs `build_id`; False, and nothing changed, if the preview has moved on."""
    owned = connection.execute(
        update(previews)
        .where(previews.c.id == preview.id, previews.c.generation == preview.generation, previews.c.life == "open")
        .values(serving_build_id=build_id, updated_at=now)
    )
    if owned.rowcount == 0:
        return False
    connection.execute(
        update(routes)
        .where(routes.c.label == preview.label, routes.c.generation == preview.generation)
        .values(state="serving", upstream=upstream.text, release=build_id, updated_at=now)
    )
    generations.bump(connection, GENERATION)
    return True


def fall_silent(connection: Connection, preview: Preview, state: str, now: float) -> None:
    """Nothing answers any more: visitors get the page of `state` (`restarting` or `down`); what is down serves no
    build.
    """
    connection.execute(
        update(routes)
        .where(routes.c.preview_id == preview.id, routes.c.generation == preview.generation)
        .values(state=state, upstream="", release="", updated_at=now)
    )
    if state == "down":
        connection.execute(update(previews).where(previews.c.id == preview.id).values(serving_build_id=""))
    generations.bump(connection, GENERATION)


def show(connection: Connection, preview_id: str, state: str, now: float) -> None:
    """Changes the page that answers while no build does: `building`, `failed` or `waiting`."""
    changed = connection.execute(
        update(routes)
        .where(routes.c.preview_id == preview_id, routes.c.upstream == "", routes.c.state != state)
        .values(state=state, updated_at=now)
    )
    if changed.rowcount:
        generations.bump(connection, GENERATION)


def close(connection: Connection, preview_id: str, generation: int, state: str, now: float) -> None:
    """No visitor gets through any more; `state` (`stopped` or `removed`) says which page answers."""
    connection.execute(
        update(routes)
        .where(routes.c.preview_id == preview_id)
        .values(state=state, upstream="", release="", generation=generation, updated_at=now)
    )
    generations.bump(connection, GENERATION)
