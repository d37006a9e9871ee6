"""After the switch: what served before answers its last requests, then ends; bundles that nobody asks for go."""

import time

import structlog
from sqlalchemy import select

from engine.errors import OutsideError
from engine.rollout.narrator import heed_lease
from engine.rollout.scene import Scene
from engine.rollout.tools import Tools
from engine.store import jobs
from engine.store.clock import clock_for
from engine.store.schema import jobs as job_rows
from engine.work.handler import Running

log = structlog.get_logger(__name__)

#: Seconds between two looks at whether the job is still ours, and at who waits.
LOOK = 0.2
#: Reads of the routes that every gateway makes before what served before may end.
LOOKS_OF_GATEWAYS = 2


def settle_down(tools: Tools, release_id: str, running: Running, *, patience: bool = True) -> None:
    """Ends what no longer serves, with `patience` once its last requests had their time. What can't be ended now is
    ended by the next job, or by the reaper. Raises LeaseLost.

    Nobody waits for it: while another job of the environment does, that one ends it in its turn.
    """
    scene = tools.scene(release_id)
    if scene is None:
        return
    if patience and not _wait(tools, scene, running):
        return
    heed_lease(running)
    target = tools.targets.get(scene.environment.target)
    try:
        if target is not None:
            target.settle(scene.place(tools.settings), scene.kept)
    except OutsideError as error:
        log.warning("deploy.not_settled", release=release_id, error=str(error))


def drain_of(tools: Tools, scene: Scene) -> float:
    """Seconds that what served before goes on: as `slipway.yml` says, and until all gateways have heard."""
    intervals = tools.settings.intervals
    said = scene.stored.config.drain
    return max(intervals.release_drain if said is None else said, LOOKS_OF_GATEWAYS * intervals.routes)


def _wait(tools: Tools, scene: Scene, running: Running) -> bool:
    """True once the time is over; False as soon as another job of the environment waits."""
    end = time.monotonic() + drain_of(tools, scene)
    while (left := end - time.monotonic()) > 0:
        heed_lease(running)
        if _is_waited_for(tools, scene):
            return False
        time.sleep(min(LOOK, left))
    return True


def _is_waited_for(tools: Tools, scene: Scene) -> bool:
    waiting = job_rows.c.order_key == f"environment:{scene.environment.id}", job_rows.c.state == jobs.PENDING
    with tools.database.read() as connection:
        now = clock_for(connection).now(connection)
        found = select(job_rows.c.id).where(jobs.is_live(job_rows), *waiting, jobs.is_due(job_rows, now)).limit(1)
        return connection.execute(found).first() is not None
