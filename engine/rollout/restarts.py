"""Asks for an environment's application to be started again: it died, its sandbox is gone, or somebody wants it."""

from collections.abc import Collection

from sqlalchemy import Connection, update

from engine.domain.environment import Environment
from engine.domain.job import JobKind
from engine.domain.release import Release
from engine.store import environments, jobs, releases, timeline
from engine.store.deaths import DIED, DOWN, PAUSES
from engine.store.port import NewJob
from engine.store.schema import jobs as job_rows

#: The timeline's word for a sandbox that is gone.
LOST = "sandbox_lost"


def ask_restart(connection: Connection, environment: Environment, delay: float = 0.0) -> None:
    """Asks for the job that starts it again after `delay` seconds; nothing when there is one."""
    job = NewJob(
        kind=JobKind.RESTART,
        key=f"restart:{environment.id}",
        installation_id=environment.installation_id,
        subject=environment.id,
        order_key=f"environment:{environment.id}",
        delay=delay,
    )
    if jobs.add(connection, job) is None and not delay:
        # One that waits for its time doesn't wait any longer.
        waits = job_rows.c.key == job.key, jobs.is_live(job_rows), job_rows.c.state == jobs.PENDING
        connection.execute(update(job_rows).where(*waits).values(clock="", due_at=0.0, poked_at=0.0))


def ask_retirement(connection: Connection, environment: Environment) -> None:
    """Asks for the job that ends everything that the environment runs; nothing when there is one."""
    job = NewJob(
        kind=JobKind.RETIRE,
        key=f"retire:{environment.id}",
        installation_id=environment.installation_id,
        subject=environment.id,
        order_key=f"environment:{environment.id}",
    )
    jobs.add(connection, job)


def died(connection: Connection, environment: Environment, release: Release, cause: str, now: float) -> None:
    """What serves ended by itself: visitors get a page, and it is started again after a pause, or never.

    `environment` is as it was before this death.
    """
    count = environment.deaths + 1
    if count > len(PAUSES):
        environments.record_death(connection, environment, cause, 0.0)
        environments.fall_silent(connection, environment, "down", now)
        _tell(connection, release, DIED, cause, now)
        _tell(connection, release, DOWN, f"It ended {count} times by itself and stays down: {cause}", now)
        return
    pause = PAUSES[count - 1]
    environments.record_death(connection, environment, cause, now + pause)
    environments.fall_silent(connection, environment, "restarting", now)
    when = f"in {pause:g} s" if pause else "at once"
    _tell(connection, release, DIED, f"{cause} It is started again {when}.", now)
    ask_restart(connection, environment, pause)


def lost(connection: Connection, environment: Environment, now: float) -> None:
    """Its sandbox is gone with all that ran there: the release that served is built again from its commit."""
    environments.fall_silent(connection, environment, "restarting", now)
    timeline.add(connection, environment.release_id, LOST, "Its sandbox is gone; it is built again", now)
    ask_restart(connection, environment)


def bring_back(connection: Connection, living: Collection[str], now: float) -> list[Environment]:
    """Builds again what served in a sandbox that isn't among `living`, under the same releases; answers with the
    environments that lost theirs. One that was to be started again anyway keeps its time.
    """
    found = [each for each in environments.every(connection) if each.release_id and each.sandbox_id not in living]
    gone = [each for each in found if environments.page_of(connection, each) == "serving"]
    for environment in gone:
        lost(connection, environment, now)
    return gone


def _tell(connection: Connection, release: Release, kind: str, message: str, now: float) -> None:
    timeline.add(connection, release.id, kind, message, now)
    releases.say(connection, release.id, message)
