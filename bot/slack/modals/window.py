"""Slack's side of a modal: opened, filled, or answered in words where Slack won't have it. Nothing here raises."""

import asyncio
from dataclasses import dataclass

import aiohttp
import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.modals import words
from engine.slack.events import Pressed, Typed
from engine.slack.mrkdwn import for_slack

#: What Slack says of a trigger that came too late, was used, or is none.
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
#: What it says of a modal that was closed meanwhile.
CLOSED = frozenset({"not_found", "view_not_found"})
LIMITS = frozenset({"ratelimited", "rate_limited"})
#: Seconds that are waited, once, where Slack asks to be called less.
LONGEST_WAIT = 30
#: What says that Slack can't be reached.
AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Shut:
    """Slack didn't open it; `code` is its word for why, or that of an error on the way."""

    code: str

    @property
    def told(self) -> str:
        """The same for whoever waits, in Markdown of ours."""
        return words.late() if self.code in TOO_LATE else words.not_opened(self.code)


async def open_window(client: AsyncWebClient, trigger_id: str, view: dict[str, object]) -> str | Shut:
    """The id of the modal that was opened."""
    try:
        answer = await client.views_open(trigger_id=trigger_id, view=view)
    except AWAY as error:
        return Shut(_code(error))
    opened = answer.get("view")
    return str(opened["id"]) if isinstance(opened, dict) and "id" in opened else Shut("no_view")


async def fill(client: AsyncWebClient, view_id: str, view: dict[str, object]) -> None:
    """Puts something else into an open modal; whoever closed it misses nothing."""
    for pause in (True, False):
        try:
            await client.views_update(view_id=view_id, view=view)
        except AWAY as error:
            code = _code(error)
            if code in LIMITS and pause:
                await asyncio.sleep(_wait_of(error))
                continue
            if code not in CLOSED:
                log.warning("slack.modal_not_filled", error=code)
        return


async def say(client: AsyncWebClient, respond: AsyncRespond | None, event: Typed | Pressed, markdown: str) -> None:
    """Says it to that person alone: where they typed or pressed, else (`respond` is None) in a message to them."""
    text = for_slack(markdown)
    try:
        if respond is not None:
            await respond(text=text, response_type="ephemeral", replace_original=False)
        else:
            await client.chat_postMessage(channel=event.where.user_id, text=text)
    except AWAY as error:
        log.warning("slack.not_said", error=_code(error))


def _code(error: Exception) -> str:
    """Slack's own word for it, else the error's name: what an error quotes may hold an address or a token."""
    told = error.response.get("error") if isinstance(error, SlackApiError) else None
    return told if isinstance(told, str) else type(error).__name__


def _wait_of(error: Exception) -> int:
    """`Retry-After` in seconds."""
    headers = error.response.headers if isinstance(error, SlackApiError) else {}
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(int(told), LONGEST_WAIT) if told.isascii() and told.isdigit() else 1
