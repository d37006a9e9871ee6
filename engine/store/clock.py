"""Time for leases: seconds on a named clock that all who share a database read alike.

SQLite: the machine's boot clock, named by its boot id, which no administrator and no time server can set.
PostgreSQL: the database server's own time; whoever sets that back, or restores the database on another server, is
found out by leases that would end too late (`LONGEST_LEASE`).
"""

import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Dialect, text

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

#: A lease that ends later than this, in seconds from now, and a due time later than that, were written before the
#: clock was set back, or by another server's clock: they are over.
LONGEST_LEASE = 600.0
LONGEST_DELAY = 86_400.0

NOW = text("SELECT extract(epoch FROM clock_timestamp())::float8")


@dataclass(frozen=True)
class Moment:
    """Seconds on the clock named `clock`; moments of different clocks can't be compared."""

    clock: str
    seconds: float


class LeaseClock(Protocol):
    """Tells the moment that leases, due times and deadlines are measured by."""

    def now(self, connection: Connection) -> Moment:
        """This moment; asked inside the transaction that uses it."""
        ...


class BootClock:
    """The machine's own clock since it was started; runs on while it is suspended."""

    def now(self, connection: Connection) -> Moment:
        """Seconds since boot; the database is not asked."""
        return Moment(boot_id(), boot_seconds())


class PostgresClock:
    """The database server's time, in Unix seconds: the same for every machine that works on it."""

    def now(self, connection: Connection) -> Moment:
        """The server's time at this moment, not at the transaction's start; one round trip."""
        return Moment("postgres", float(connection.execute(NOW).scalar_one()))


class Behind(Protocol):
    """Something that knows which kind of database it speaks to: a Database, or a connection."""

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's dialect."""
        ...


def clock_for(behind: Behind) -> LeaseClock:
    """The clock that everybody who shares this database measures leases by."""
    return PostgresClock() if behind.dialect.name == "postgresql" else BootClock()


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, seconds: float = 1000.0) -> None:
        self.seconds = seconds
        self.boots = 1

    def now(self, connection: Connection) -> Moment:
        """Where it was last moved to."""
        return Moment(f"manual-{self.boots}", self.seconds)

    def stopwatch(self) -> float:
        """The same seconds, for whoever measures spans without a database."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self.seconds += seconds

    def reboot(self) -> None:
        """Starts the machine anew: another clock, near zero."""
        self.boots += 1
        self.seconds = 1.0


def boot_seconds() -> float:
    """Seconds since boot, suspended time included (CLOCK_BOOTTIME; macOS's CLOCK_MONOTONIC counts sleep too)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@cache
def boot_id() -> str:
    """The name of this boot of the machine: the kernel's on Linux, `kern.bootsessionuuid` on macOS."""
    if BOOT_ID.exists():
        return BOOT_ID.read_text().strip()
    answer = subprocess.run(["sysctl", "-n", "kern.bootsessionuuid"], capture_output=True, text=True, check=True)
    return answer.stdout.strip()
