"""Builds that are over although it isn't known that nothing of them runs: ended, proven, and said so."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from engine.domain.build import Build
from engine.errors import OutsideError
from engine.pipeline.ending import proven
from engine.pipeline.killing import end_processes
from engine.reaper.ledger import Ledger
from engine.sandboxes.port import Sandboxes
from engine.store import builds

#: Builds that can't be proven now, before the host counts as away.
PATIENCE = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Unproven:
    """A part of the reaper."""

    ledger: Ledger
    sandboxes: Sandboxes
    clock: Callable[[], float] = field(default=time.time)

    def beat(self) -> None:
        """Tries each once. Raises OutsideError while the host is away; one that can't be proven keeps no other."""
        troubles = 0
        for build in self.ledger.read(builds.unproven):
            try:
                end_processes(self.sandboxes, build.preview_id, build.id)
            except OutsideError as error:
                log.warning("reaper.end_not_proven", build=build.id, error=str(error))
                troubles += 1
                if troubles == PATIENCE:
                    raise
                continue
            self._say(build)
            log.info("reaper.end_proven", build=build.id)

    def _say(self, build: Build) -> None:
        def change(connection: Connection) -> None:
            if any(each.id == build.id for each in builds.unproven(connection)):
                proven(connection, build, self.clock())

        self.ledger.write(change)
