"""Which channels hear of a release, a preview or an inspection: those that subscribed, and those that it was asked for
in. Pure reads.

One read answers for all channels, since it stands in the way of every change of state.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Float, String, bindparam, cast, literal, null, select, text, union_all

from engine.store.slack_schema import slack_asks, slack_messages, slack_subscriptions

DEPLOYS, PREVIEWS, FAILURES, APPROVALS = "deploys", "previews", "failures", "approvals"
#: Nobody subscribes to it: only a channel where it was asked for hears of it.
READINESS = "readiness"

#: How the index of asks by what they are about is written; SQLite takes it only for these very words.
OF_SOMETHING = text("slack_asks.about <> ''")
NOTHING = cast(null(), String).label("wants")
#: Written down once: putting it together takes longer than asking it.
FOUND = union_all(
    select(
        literal("wants").label("how"),
        slack_subscriptions.c.workspace_id,
        slack_subscriptions.c.channel,
        slack_subscriptions.c.wants.label("wants"),
        slack_subscriptions.c.created_at.label("since"),
    ).where(slack_subscriptions.c.repository_id == bindparam("repository")),
    select(literal("asked"), slack_asks.c.workspace_id, slack_asks.c.channel, NOTHING, slack_asks.c.created_at).where(
        slack_asks.c.about == bindparam("about"), OF_SOMETHING, slack_asks.c.channel != ""
    ),
    select(
        literal("told"), slack_messages.c.workspace_id, slack_messages.c.channel, NOTHING, cast(literal(0), Float)
    ).where(slack_messages.c.about == bindparam("about")),
)


@dataclass(frozen=True)
class Listener:
    """A channel that may hear of something."""

    workspace_id: int
    channel: str
    #: What it subscribed to; empty: nothing.
    wants: frozenset[str] = frozenset()
    #: Unix seconds: since when it listens. What was over by then is no news there; 0: since ever.
    since: float = 0.0
    #: True: somebody asked for it there.
    asked: bool = False
    #: True: a message about it stands there, which is edited until the end.
    told: bool = False

    def __or__(self, other: "Listener") -> "Listener":
        """The same channel, heard of twice."""
        return Listener(
            self.workspace_id,
            self.channel,
            self.wants | other.wants,
            min(self.since, other.since),
            self.asked or other.asked,
            self.told or other.told,
        )

    def hears(self, *news: str) -> bool:
        """True when it subscribed to any of these, or somebody asked for it there."""
        return self.asked or not self.wants.isdisjoint(news)


def listeners(connection: Connection, repository_id: int, about: str) -> list[Listener]:
    """Every channel that may hear of the release or preview, in no order; one small indexed read."""
    places: dict[tuple[int, str], Listener] = {}
    for row in connection.execute(FOUND, {"repository": repository_id, "about": about}):
        found = Listener(
            row.workspace_id,
            row.channel,
            frozenset((row.wants or "").split()),
            row.since,
            asked=row.how == "asked",
            told=row.how == "told",
        )
        known = places.get((row.workspace_id, row.channel))
        places[row.workspace_id, row.channel] = found if known is None else known | found
    return list(places.values())


def listener_at(found: Iterable[Listener], workspace_id: int, channel: str) -> Listener | None:
    """The one of that channel; None when it hears nothing."""
    return next((each for each in found if (each.workspace_id, each.channel) == (workspace_id, channel)), None)
