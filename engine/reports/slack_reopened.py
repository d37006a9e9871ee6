"""A channel in which something can be posted again: what it was told of before is brought up to date."""

from sqlalchemy import Connection, or_, select

from engine.domain.release import TERMINAL
from engine.reports.slack_subjects import Place, mark_messages
from engine.store import slack_channels
from engine.store.deploy_schema import releases
from engine.store.schema import outbox
from engine.store.slack_schema import slack_messages, slack_subscriptions

#: Messages of one channel that are brought up to date at most: the newest.
MOST = 200


def open_again(connection: Connection, workspace_id: int, channel: str) -> None:
    """Ends the channel's trouble; its messages that changed since are edited, and what still runs or waits is told.

    What began and ended meanwhile is no news.
    """
    closed = slack_channels.channel_of(connection, workspace_id, channel)
    if not closed.trouble:
        return
    slack_channels.clear_trouble(connection, workspace_id, channel)
    behind = {*_missed(connection, closed), *_unfinished(connection, closed)}
    mark_messages(connection, [Place(repository_id, workspace_id, channel, about) for repository_id, about in behind])


def _missed(connection: Connection, closed: slack_channels.Channel) -> list[tuple[int, str]]:
    """What stands there and may have changed while nothing could be posted."""
    here = slack_messages.c.workspace_id == closed.workspace_id, slack_messages.c.channel == closed.channel
    since = or_(outbox.c.marked_at >= closed.trouble_at, outbox.c.given_up)
    found = (
        select(outbox.c.repository_id, slack_messages.c.about)
        .join(slack_messages, slack_messages.c.subject == outbox.c.subject)
        .where(*here, since)
        .order_by(slack_messages.c.posted_at.desc())
        .limit(MOST)
    )
    return [(row.repository_id, row.about) for row in connection.execute(found)]


def _unfinished(connection: Connection, closed: slack_channels.Channel) -> list[tuple[int, str]]:
    """Releases that aren't over, of what the channel hears of."""
    heard = select(slack_subscriptions.c.repository_id).where(
        slack_subscriptions.c.workspace_id == closed.workspace_id, slack_subscriptions.c.channel == closed.channel
    )
    live = releases.c.repository_id.in_(heard), releases.c.state.not_in([state.value for state in TERMINAL])
    found = select(releases.c.repository_id, releases.c.id).where(*live).limit(MOST)
    return [(row.repository_id, row.id) for row in connection.execute(found)]
