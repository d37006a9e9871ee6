"""What trouble at Slack means for a report: later, or never; and who hears that a channel takes nothing any more."""

from sqlalchemy import Connection

from engine.errors import OutsideError
from engine.reasons import Reason
from engine.reports.escape import code
from engine.reports.outcomes import MENDED, SETTLED, outcome_of
from engine.reports.port import Impossible, Later
from engine.reports.slack_subjects import Place, mark_reply
from engine.slack.failures import CLOSED_CHANNEL, NotAsked, SlackAway, SlackLimited, SlackRefused, TokenUnreadable
from engine.store import asks, slack_asks, slack_channels
from engine.store.slack_asks import SlackAsk

#: What is offered beside the sentence: a button that leads to the channel.
INVITE = "invite"
#: Why a channel takes nothing, by Slack's word, and what opens it; all others are its settings.
CLOSED = {
    "is_archived": "it is archived. Unarchive it, or subscribe another channel with `/slipway subscribe`.",
    "channel_not_found": "it is gone, or private and without Slipway. Type `/invite @Slipway` there.",
    "not_in_channel": "Slipway isn't in it. Type `/invite @Slipway` there.",
}
BY_SETTINGS = "its settings let only some post. Let Slipway post, or subscribe another channel."
#: Whoever reads these can let Slipway in again.
OPENED_BY_INVITING = frozenset({"channel_not_found", "not_in_channel"})


def outcome_of_slack(error: OutsideError, remote: dict[str, object] | None = None) -> Later | Impossible:
    """Whether another try is worth it; `remote` is what was made before the error."""
    match error:
        case SlackLimited():
            return Later(error.retry_after, str(error), for_all=True, grows=not error.named, remote=remote)
        case NotAsked():
            return Later(error.retry_after, str(error), tried=False, remote=remote)
        case TokenUnreadable():
            return Later(MENDED, str(error), for_all=True, grows=True, remote=remote)
        case SlackAway(unanswered=True):
            return Later(SETTLED, str(error), remote=remote)
        case _:
            return outcome_of(error, remote)


def closed_by(error: OutsideError) -> str:
    """Slack's word when the error says that its channel takes nothing; empty for every other one."""
    return error.code if isinstance(error, SlackRefused) and error.code in CLOSED_CHANNEL else ""


def note_closed(connection: Connection, place: Place, word: str, now: float) -> None:
    """Notes that nothing can be posted in the place's channel, and has whoever subscribed or asked there told of it:
    once, until something can be posted again (`slack_channels.clear_trouble`).
    """
    channel = slack_channels.channel_of(connection, place.workspace_id, place.channel)
    slack_channels.note(connection, place.workspace_id, place.channel, trouble=word, trouble_at=now)
    if channel.trouble:
        return
    name = code(f"#{channel.name or place.channel}")
    for user_id in _concerned(connection, place):
        told = SlackAsk(
            delivery=f"closed:{place.workspace_id}:{place.channel}:{user_id}:{now:.3f}",
            workspace_id=place.workspace_id,
            user_id=user_id,
            channel=place.channel,
            repository_id=place.repository_id,
            state=asks.REFUSED,
            reason=Reason.CHANNEL_CLOSED,
            answer=f"Slipway can't post in {name}: {CLOSED.get(word, BY_SETTINGS)}",
            offer=INVITE if word in OPENED_BY_INVITING else "",
            created_at=now,
        )
        slack_asks.receive(connection, told)
        mark_reply(connection, workspace_id=place.workspace_id, delivery=told.delivery)


def _concerned(connection: Connection, place: Place) -> list[str]:
    """Whoever subscribed the channel to it, and whoever asked there, each once."""
    subscribed = [
        each.by_user
        for each in slack_channels.of_channel(connection, place.workspace_id, place.channel)
        if each.repository_id == place.repository_id
    ]
    asked = [
        each.user_id
        for each in slack_asks.about(connection, place.about)
        if (each.workspace_id, each.channel) == (place.workspace_id, place.channel)
    ]
    return list(dict.fromkeys([*subscribed, *asked]))
