"""Finds a message of ours again whose post was never confirmed, by the metadata that every post of ours carries
(https://docs.slack.dev/messaging/message-metadata).
"""

from collections.abc import Iterator

from engine.reports.slack_message_render import Message
from engine.reports.slack_subjects import Place
from engine.slack.client import SlackApi
from engine.store import slack_workspaces

EVENT_TYPE = "slipway"
#: Messages of one call, and calls; Slack begins with the newest.
PAGE, PAGES = 200, 10
#: Seconds that Slack's clock and ours may differ by.
SKEW = 300.0


def metadata_of(place: Place) -> dict[str, object]:
    """What a post is found again by."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": place.key}}


def find(api: SlackApi, message: Message) -> str:
    """The `ts` of our first message of that place; empty when it isn't there. Raises what `SlackApi.call` raises."""
    place = message.place
    with api.database.read() as connection:
        workspace = slack_workspaces.by_id(connection, place.workspace_id)
    ours = {workspace.bot_user_id, workspace.app_id} - {""} if workspace is not None else set()
    found = [each for each in _messages(api, message) if _key(each) == place.key and _is_by(each, ours)]
    return min((str(each.get("ts", "")) for each in found), default="")


def _messages(api: SlackApi, message: Message) -> Iterator[dict[str, object]]:
    """What stands in the channel, or in the thread, since the message can have been posted."""
    where: dict[str, object] = {"channel": message.place.channel, "oldest": f"{max(0.0, message.since - SKEW):.6f}"}
    method = "conversations.history"
    if message.thread:
        method, where["ts"] = "conversations.replies", message.thread
    cursor: object = None
    for _ in range(PAGES):
        answer = api.call(
            message.place.workspace_id, method, **where, include_all_metadata=True, limit=PAGE, cursor=cursor
        )
        found = answer.get("messages")
        yield from (each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()
        onward = answer.get("response_metadata")
        cursor = onward.get("next_cursor") if isinstance(onward, dict) else None
        if not cursor:
            return


def _key(message: dict[str, object]) -> object:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return payload.get("key") if isinstance(payload, dict) else None


def _is_by(message: dict[str, object], ours: set[str]) -> bool:
    """Any app can write such metadata; we can only edit what is ours."""
    return not {str(message.get("user", "")), str(message.get("app_id", ""))}.isdisjoint(ours)
