"""Applications that died by themselves: how often, why, and when each is started again."""

from sqlalchemy import Connection, update

from engine.domain.job import JobKind
from engine.domain.preview import Preview
from engine.store import jobs, previews, routes, timeline
from engine.store.port import NewJob
from engine.store.schema import previews as rows

#: Seconds before the application is started again after its first death, its second, …; after one more it stays down.
PAUSES = (0.0, 10.0, 60.0, 300.0)
#: Seconds of health after which earlier deaths don't count any more.
HEALTH = 600.0
#: Kinds of the preview's timeline.
DIED, RESTARTED, DOWN = "application_died", "application_restarted", "application_down"


def forget(connection: Connection, preview_id: str) -> None:
    """Another version serves, or it has been well for long enough."""
    connection.execute(update(rows).where(rows.c.id == preview_id).values(deaths=0, death="", revive_at=0))


def record(connection: Connection, preview: Preview, cause: str, now: float) -> None:
    """The serving application died: visitors see a page, and it is started again after a pause, or never.

    `preview` is as it was before this death.
    """
    count = preview.deaths + 1
    values: dict[str, object] = {"deaths": count, "death": cause, "updated_at": now}
    if count > len(PAUSES):
        connection.execute(update(rows).where(rows.c.id == preview.id).values(values | {"revive_at": 0}))
        routes.fall_silent(connection, preview, "down", now)
        timeline.add(connection, preview.id, DIED, cause, now)
        timeline.add(connection, preview.id, DOWN, f"It ended {count} times by itself and stays down", now)
    else:
        pause = PAUSES[count - 1]
        connection.execute(update(rows).where(rows.c.id == preview.id).values(values | {"revive_at": now + pause}))
        routes.fall_silent(connection, preview, "restarting", now)
        when = f"in {pause:g} s" if pause else "at once"
        timeline.add(connection, preview.id, DIED, f"{cause} It is started again {when}.", now)
        ask_revival(connection, preview, pause)
    previews.mark(connection, preview)


def ask_revival(connection: Connection, preview: Preview, pause: float) -> None:
    """Asks for the job that starts it again after `pause` seconds; nothing when there is one."""
    job = NewJob(
        kind=JobKind.REVIVE,
        key=f"revive:{preview.id}",
        installation_id=preview.installation_id,
        subject=preview.id,
        order_key=f"preview:{preview.id}",
        delay=pause,
    )
    jobs.add(connection, job)


def restarted(connection: Connection, preview: Preview, now: float) -> None:
    """It answers again."""
    connection.execute(update(rows).where(rows.c.id == preview.id).values(revive_at=0, updated_at=now))
    times = "once" if preview.deaths == 1 else f"{preview.deaths} times"
    timeline.add(connection, preview.id, RESTARTED, f"Restarted {times} since it was well", now)
    previews.mark(connection, preview)


def well_since(connection: Connection, preview_id: str) -> float:
    """When it was started last after a death, in Unix seconds; 0: never."""
    told = [moment.at for moment in timeline.of(connection, preview_id) if moment.kind == RESTARTED]
    return told[-1] if told else 0.0
