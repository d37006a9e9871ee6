"""The missed deliveries loop: what GitHub couldn't hand over is fetched. Safe to run twice."""

import time
from collections.abc import Callable

import structlog

from engine.errors import Gone, OutsideError, Unreachable
from engine.forge.delivery_ids import ids_of, order_key_of
from engine.forge.directory import Directory
from engine.recovery.delivery_log import DeliveryLog
from engine.settings import Intervals
from engine.store import missed
from engine.store.database import Database
from engine.store.missed import MissedDelivery
from engine.store.port import Delivery, Store
from engine.wakeups.port import Wakeups

#: Payloads read in one beat, so that a long outage's end is no storm; GitHub allows an App some thousands an hour.
BUDGET = 300
#: Troubles in one beat after which it ends.
ENOUGH = 3
#: Seconds that nobody else reads a payload which somebody reads.
CLAIMED = 60.0
#: The longest pause between two tries of one payload, in seconds.
LONGEST_PAUSE = 3600.0
#: GitHub keeps its log for three days; after two, people should know. In seconds.
LOST, NEARLY_LOST = 3 * 86_400.0, 2 * 86_400.0

log = structlog.get_logger(__name__)


class MissedDeliveries:
    """Reads GitHub's log, and the payloads that the inbox lacks, oldest first."""

    def __init__(
        self,
        store: Store,
        database: Database,
        directory: Directory,
        wakeups: Wakeups,
        intervals: Intervals,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._database = database
        self._directory = directory
        self._wakeups = wakeups
        self._intervals = intervals
        self._clock = clock
        self._log = DeliveryLog(database, directory, intervals, clock)
        self._quiet_until = 0.0

    def beat(self) -> None:
        """Takes in what is missing, as far as GitHub and the budget allow."""
        if self._clock() < self._quiet_until:
            return
        try:
            noted = self._log.read()
        except OutsideError as error:
            log.warning("missed.log_not_read", why=str(error))
            if self._must_rest(error):
                return
        else:
            if noted:
                log.info("missed.noted", deliveries=noted)
        self._fetch_all()

    def _fetch_all(self) -> None:
        with self._database.read() as connection:
            if not missed.any_due(connection, self._clock()):
                return
        with self._database.write() as connection:
            missed.drop_taken(connection)
        troubles = 0
        for _ in range(BUDGET):
            with self._database.write() as connection:
                due = missed.claim(connection, self._clock(), CLAIMED)
            if due is None:
                return
            try:
                self._take(due, self._directory.payload(due.delivery_id))
            except OutsideError as error:
                self._put_off(due, error)
                troubles += not isinstance(error, Gone)
                if self._must_rest(error) or troubles >= ENOUGH:
                    return

    def _take(self, due: MissedDelivery, body: bytes) -> None:
        """One transaction each: their order and moments are those in which they were sent."""
        installation_id, repository_id = ids_of(body)
        with self._database.read() as connection:
            overtaken = missed.is_overtaken(connection, due, installation_id)
        delivery = Delivery(
            key=due.key,
            source=missed.OVERTAKEN if overtaken else missed.LOG,
            event=due.event,
            body=body,
            installation_id=installation_id,
            order_key=order_key_of(repository_id),
        )
        ((taken, job_id),) = self._store.take([delivery])
        with self._database.write() as connection:
            missed.drop(connection, due.guid)
        log.info("missed.taken", delivery=due.key, event_name=due.event, outcome=taken.value)
        if job_id:
            self._wakeups.wake([job_id], "quick")

    def _put_off(self, due: MissedDelivery, error: OutsideError) -> None:
        now = self._clock()
        age = now - due.delivered_at
        pause = min(LONGEST_PAUSE, self._intervals.missed * 2 ** min(due.tries - 1, 16))
        lost = age > LOST
        with self._database.write() as connection:
            missed.put_off(connection, due.guid, now + pause, str(error), given_up=lost)
        facts = {"delivery": due.key, "event_name": due.event, "tries": due.tries, "why": str(error)}
        if lost:
            log.error("missed.lost", **facts)
        elif age > NEARLY_LOST:
            log.error("missed.about_to_be_lost", hours_left=round((LOST - age) / 3600, 1), **facts)
        else:
            log.warning("missed.not_taken", **facts)

    def _must_rest(self, error: OutsideError) -> bool:
        """True when GitHub said for how long it wants to be left alone."""
        if not isinstance(error, Unreachable) or error.retry_after is None:
            return False
        self._quiet_until = self._clock() + error.retry_after
        return True
