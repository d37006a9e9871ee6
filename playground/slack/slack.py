"""Everything of the playground's Slack, passed to whoever acts in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from playground.database import Database
from playground.hub import Hub
from playground.slack.application import SlackApplication
from playground.slack.limits import CallLimits

#: Slack waits so long for an answer, and no longer.
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True)
class Slack:
    """The parts of a running Slack."""

    hub: Hub
    application: SlackApplication
    #: Posts to the app.
    client: httpx.Client
    #: Tells the sender that an event waits.
    wake_sender: Callable[[], None]
    limits: CallLimits = field(default_factory=CallLimits)

    @property
    def database(self) -> Database:
        return self.hub.database

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.hub.clock()
