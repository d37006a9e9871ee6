"""Sandboxes at the host that are this Slipway's and that no preview and no environment uses: they are ended."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, select

from engine.domain.job import JobKind
from engine.domain.preview import Preview
from engine.pipeline.sandbox_choice import INSTANCE_KEY, PREVIEW_KEY, in_use
from engine.reaper.ledger import Ledger
from engine.sandboxes.port import Sandboxes
from engine.store import environments, jobs, meta, previews
from engine.store.port import NewJob
from engine.store.schema import jobs as job_rows
from engine.targets.sandbox import ENVIRONMENT_KEY

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Surplus:
    """A part of the reaper. Sandboxes of other makers, and of other Slipways on the same host, are left alone."""

    ledger: Ledger
    sandboxes: Sandboxes

    def beat(self) -> None:
        """Looks at every sandbox once. Raises OutsideError while the host is away."""
        instance = self.ledger.read(meta.instance)
        found = self.sandboxes.find({INSTANCE_KEY: instance})
        owners = {each.get(PREVIEW_KEY, "") for each in found.values()}
        known = self.ledger.read(lambda connection: {each: previews.by_id(connection, each) for each in owners})
        crowded: dict[str, Preview] = {}
        for sandbox_id, metadata in found.items():
            preview = known[metadata.get(PREVIEW_KEY, "")]
            if ENVIRONMENT_KEY in metadata:
                self._look_at_home(sandbox_id, metadata[ENVIRONMENT_KEY])
            elif preview is None:
                # Nobody can be building in it: a preview's row is there before its first sandbox.
                log.warning("reaper.unknown_sandbox", sandbox=sandbox_id, metadata=metadata)
                self.sandboxes.kill(sandbox_id)
            elif not in_use(preview, sandbox_id, metadata):
                crowded[preview.id] = preview
        if crowded:
            self.ledger.write(lambda connection: _ask_removals(connection, crowded.values()))

    def _look_at_home(self, sandbox_id: str, environment_id: str) -> None:
        """Of an environment: one that it doesn't live in ends, unless a job may be about to note it."""

        def is_needed(connection: Connection) -> bool:
            environment = environments.by_id(connection, environment_id)
            mine = (jobs.is_live(job_rows), job_rows.c.order_key == f"environment:{environment_id}")
            worked_on = connection.execute(select(job_rows.c.id).where(*mine).limit(1)).first() is not None
            return environment is not None and (worked_on or environment.sandbox_id == sandbox_id)

        if not self.ledger.read(is_needed):
            log.warning("reaper.surplus_home", sandbox=sandbox_id, environment=environment_id)
            self.sandboxes.kill(sandbox_id)


def _ask_removals(connection: Connection, crowded: Iterable[Preview]) -> None:
    for preview in crowded:
        _ask_removal(connection, preview)


def _ask_removal(connection: Connection, preview: Preview) -> None:
    """A job does it, so that no sandbox is ended while a build of its preview may be about to use it."""
    mine = job_rows.c.order_key == f"preview:{preview.id}"
    live = set(connection.execute(select(job_rows.c.kind).where(mine, jobs.is_live(job_rows))).scalars())
    # A build that is under way has made it a moment ago, or leaves it behind: then a later look sees it.
    building = preview.life == "open" and JobKind.BUILD in live
    if building or JobKind.REMOVE in live:
        return
    job = NewJob(
        kind=JobKind.REMOVE,
        key=f"remove:{preview.id}:again",
        installation_id=preview.installation_id,
        subject=preview.id,
        order_key=f"preview:{preview.id}",
        queue="quick",
    )
    jobs.add(connection, job)
