"""What channels hear of which repositories, when they want silence, and whether anything can be posted there."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from engine.store.slack_schema import slack_channels, slack_subscriptions
from engine.store.upsert import insert_into

#: What can be heard of, in the order that people read it in.
WANTS = ("deploys", "previews", "failures", "approvals")


@dataclass(frozen=True)
class Channel:
    """A channel as far as we know it."""

    workspace_id: int
    channel: str
    name: str = ""
    #: Such as `22:00-07:00 Europe/Berlin`; empty: none.
    quiet: str = ""
    #: Slack's word for why nothing can be posted there; empty: it can.
    trouble: str = ""
    #: Unix seconds.
    trouble_at: float = 0.0


@dataclass(frozen=True)
class Subscription:
    """What a channel hears of a repository."""

    workspace_id: int
    channel: str
    repository_id: int
    wants: frozenset[str]
    by_user: str
    by_login: str
    #: Unix seconds.
    created_at: float


def channel_of(connection: Connection, workspace_id: int, channel: str) -> Channel:
    """The channel; one that nothing is known of when it was never noted."""
    mine = slack_channels.c.workspace_id == workspace_id, slack_channels.c.channel == channel
    row = connection.execute(select(slack_channels).where(*mine)).mappings().one_or_none()
    return Channel(workspace_id, channel) if row is None else Channel(**row)


def note(connection: Connection, workspace_id: int, channel: str, **says: str | float) -> None:
    """Notes something of the channel: its `name`, `quiet`, `trouble` and `trouble_at`."""
    made = insert_into(connection, slack_channels).values(workspace_id=workspace_id, channel=channel, **says)
    connection.execute(made.on_conflict_do_update(index_elements=["workspace_id", "channel"], set_=says))


def subscribe(connection: Connection, subscription: Subscription) -> None:
    """The channel hears this of the repository from now on, and nothing else of it."""
    says = {
        "wants": " ".join(sorted(subscription.wants)),
        "by_user": subscription.by_user,
        "by_login": subscription.by_login,
        "created_at": subscription.created_at,
    }
    made = insert_into(connection, slack_subscriptions).values(
        workspace_id=subscription.workspace_id,
        channel=subscription.channel,
        repository_id=subscription.repository_id,
        **says,
    )
    keys = ["workspace_id", "channel", "repository_id"]
    connection.execute(made.on_conflict_do_update(index_elements=keys, set_=says))


def unsubscribe(connection: Connection, workspace_id: int, channel: str, repository_id: int) -> bool:
    """The channel hears nothing of it any more; False when it didn't."""
    mine = (
        slack_subscriptions.c.workspace_id == workspace_id,
        slack_subscriptions.c.channel == channel,
        slack_subscriptions.c.repository_id == repository_id,
    )
    return connection.execute(delete(slack_subscriptions).where(*mine)).rowcount == 1


def of_channel(connection: Connection, workspace_id: int, channel: str) -> list[Subscription]:
    """What the channel hears, oldest first."""
    mine = slack_subscriptions.c.workspace_id == workspace_id, slack_subscriptions.c.channel == channel
    found = select(slack_subscriptions).where(*mine).order_by(slack_subscriptions.c.created_at)
    return [_subscription(dict(row)) for row in connection.execute(found).mappings()]


def of_workspace(connection: Connection, workspace_id: int) -> list[Subscription]:
    """What all channels of a workspace hear, oldest first."""
    found = select(slack_subscriptions).where(slack_subscriptions.c.workspace_id == workspace_id)
    rows = connection.execute(found.order_by(slack_subscriptions.c.created_at)).mappings()
    return [_subscription(dict(row)) for row in rows]


def of_repository(connection: Connection, repository_id: int) -> list[Subscription]:
    """Which channels, of whichever workspace, hear of a repository."""
    found = select(slack_subscriptions).where(slack_subscriptions.c.repository_id == repository_id)
    return [_subscription(dict(row)) for row in connection.execute(found).mappings()]


def forget_repository(connection: Connection, repository_id: int) -> None:
    """Nobody hears of it any more: it is gone, or none of our business."""
    connection.execute(delete(slack_subscriptions).where(slack_subscriptions.c.repository_id == repository_id))


def clear_trouble(connection: Connection, workspace_id: int, channel: str) -> None:
    """Something can be posted there again."""
    mine = slack_channels.c.workspace_id == workspace_id, slack_channels.c.channel == channel
    connection.execute(update(slack_channels).where(*mine, slack_channels.c.trouble != "").values(trouble=""))


def _subscription(row: dict[str, object]) -> Subscription:
    return Subscription(**row | {"wants": frozenset(str(row["wants"]).split())})  # type: ignore[arg-type]
