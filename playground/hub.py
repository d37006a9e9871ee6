"""Everything of one playground, passed to whoever acts in it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playground.accounts import Account, account_by_login
from playground.addresses import Addresses
from playground.application import BOT_LOGIN, Application
from playground.database import Database
from playground.faults.switch import FaultSwitch
from playground.settings import Settings


def timestamp(seconds: float) -> str:
    """A moment as GitHub writes it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Hub:
    """The parts of a running playground."""

    settings: Settings
    addresses: Addresses
    database: Database
    application: Application
    #: Seconds since the epoch; passed in so that tests can let an hour go by.
    clock: Callable[[], float]
    #: Tells the sender that a delivery waits.
    wake_sender: Callable[[], None]
    #: What goes wrong on purpose; nothing without the setting PLAYGROUND_FAULTS.
    faults: FaultSwitch = field(default_factory=FaultSwitch)

    def now(self) -> str:
        return timestamp(self.clock())

    @property
    def repositories_root(self) -> Path:
        return self.settings.home / "repositories"

    def bot(self) -> Account:
        """The account in whose name the App acts."""
        account = account_by_login(self.database, BOT_LOGIN)
        if account is None:
            raise LookupError(f"reading account {BOT_LOGIN}: the database has no such row")
        return account
