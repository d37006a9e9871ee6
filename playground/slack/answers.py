"""What the app answers to commands and through response_urls, put where it belongs."""

from typing import Any

from playground.faults.effects import record
from playground.slack.blocks.filling import with_ids
from playground.slack.blocks.validation import problems_of_blocks
from playground.slack.channels import find_channel
from playground.slack.installs import install_of
from playground.slack.messages import Draft, Message, delete, edit, find_message, post
from playground.slack.response_urls import ResponseUrl, UrlOver
from playground.slack.slack import Slack

IN_CHANNEL = "in_channel"


class NotTaken(Exception):
    """The answer is not one that Slack shows; the word is Slack's."""

    def __init__(self, error: str, problems: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.problems = problems or []


def take_answer(slack: Slack, url: ResponseUrl, said: dict[str, Any]) -> Message | None:
    """Posts, edits or deletes as the app says; the message that came of it."""
    channel = find_channel(slack, url.channel_id)
    if channel is None or install_of(slack, channel.team_id) is None:
        raise UrlOver("expired_url")
    original = find_message(slack, url.channel_id, url.message_ts) if url.message_ts else None
    if _is(said, "delete_original"):
        if original is not None:
            delete(slack, original)
        return None
    text, blocks = checked(said)
    if _is(said, "replace_original") and original is not None:
        return edit(slack, original, text, blocks, original.metadata)
    return _post(slack, url, said, Draft(None, text, blocks, from_app=True))


def checked(said: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The text and the blocks of what the app said."""
    text, blocks = said.get("text") or "", said.get("blocks") or []
    if not isinstance(text, str) or not (text or blocks or said.get("attachments")):
        raise NotTaken("no_text")
    problems = problems_of_blocks(blocks)
    if problems:
        raise NotTaken("invalid_blocks", problems)
    return text, with_ids(blocks)


def _post(slack: Slack, url: ResponseUrl, said: dict[str, Any], draft: Draft) -> Message:
    channel = find_channel(slack, url.channel_id)
    install = install_of(slack, channel.team_id) if channel else None
    public = said.get("response_type") == IN_CHANNEL
    thread = said.get("thread_ts") or url.thread_ts
    whole = Draft(
        user_id=install.bot_user_id if install else None,
        text=draft.text,
        blocks=draft.blocks,
        from_app=True,
        thread_ts=thread if isinstance(thread, str) else None,
        visible_to=None if public else url.user_id,
    )
    with slack.database.writing():
        posted = post(slack, url.channel_id, whole)
        kind = "slack_message_posted" if public else "slack_ephemeral_posted"
        record(slack.hub, kind, channel=url.channel_id, ts=posted.ts, user=url.user_id, by="response_url")
    return posted


def _is(said: dict[str, Any], name: str) -> bool:
    return said.get(name) in (True, "true")
