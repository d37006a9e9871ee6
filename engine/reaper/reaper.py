"""The reaper's loop: its parts one after the other. Safe to run twice at once; a host that is away is asked again."""

import time
from collections.abc import Callable

import structlog

from engine.errors import OutsideError
from engine.reaper.applications import Applications
from engine.reaper.disagreements import Disagreements
from engine.reaper.environments import Environments
from engine.reaper.handles import Handles
from engine.reaper.ledger import Ledger
from engine.reaper.lost_inspections import LostInspections
from engine.reaper.lost_releases import LostReleases
from engine.reaper.surplus import Surplus
from engine.reaper.unproven import Unproven
from engine.sandboxes.port import Sandboxes
from engine.settings import Intervals
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from engine.wakeups.port import Wakeups

log = structlog.get_logger(__name__)


class Reaper:
    """Notices what nobody waits for: unproven ends, lost jobs, surplus sandboxes, dead applications and releases."""

    def __init__(
        self,
        database: Database,
        sandboxes: Sandboxes,
        wakeups: Wakeups,
        lease_clock: LeaseClock,
        intervals: Intervals,
        clock: Callable[[], float] = time.time,
        *,
        variables: Variables | None = None,
    ) -> None:
        """Without `variables` nothing is shown of what a release with values said before it died."""
        values = variables or Variables(Vault(()))
        ledger = Ledger(database, lease_clock, wakeups)
        self._parts: tuple[Callable[[], None], ...] = (
            Disagreements(ledger, clock).beat,
            LostReleases(ledger, intervals, clock).beat,
            LostInspections(ledger, clock).beat,
            Unproven(ledger, sandboxes, clock).beat,
            Surplus(ledger, sandboxes).beat,
            Applications(database, ledger, sandboxes, Handles(sandboxes), intervals, values, clock).beat,
            Environments(database, ledger, sandboxes, Handles(sandboxes), values, clock).beat,
        )

    def beat(self) -> None:
        """Every part once; what the host can't do now is done next time."""
        for part in self._parts:
            try:
                part()
            except OutsideError as error:
                log.warning("reaper.host_away", error=str(error))
