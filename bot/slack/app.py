"""Bolt's application: who listens to what Slack posted, once the door has stored it."""

import logging
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.afterwards import Afterwards
from bot.slack.authorize import ByWorkspace
from bot.slack.context import says_of
from bot.slack.deps import SlackDeps
from bot.slack.modals.listeners import register
from bot.slack.request import VerifiedRequest
from engine.settings import Secret

#: Seconds for one call of Slack's.
PATIENCE = 10.0
#: Seconds that calls under way may take when the room ends.
GRACE = 2.0
ANY = re.compile("")

log = logging.getLogger("slack_bolt")


class Bolt:
    """One application for each signing secret, since bolt checks the signature once more and knows just one."""

    def __init__(self, deps: SlackDeps) -> None:
        # Below that bolt tells of settings that aren't ours, and of bodies.
        log.setLevel(logging.WARNING)
        self._deps = deps
        self._afterwards = Afterwards()
        self._apps = [self._app(secret) for secret in deps.slack.signing_secrets]
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Opens the session that the listeners' clients share; nothing is asked yet."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE), trust_env=False)
        for app in self._apps:
            app.client.session = self._session

    async def end(self) -> None:
        """Ends what is under way, and the session."""
        await self._afterwards.end(GRACE)
        if self._session is not None:
            await self._session.close()

    async def answer(
        self, secret: int, raw: str, fields: dict[str, Any], headers: Mapping[str, list[str]], context: dict[str, Any]
    ) -> BoltResponse:
        """What the listeners answer to a verified request; `secret` is the place of the one that signed it."""
        return await self._apps[secret].async_dispatch(VerifiedRequest(raw, fields, headers, context))

    def _app(self, secret: Secret) -> AsyncApp:
        client = AsyncWebClient(base_url=self._deps.slack.api_url, timeout=int(PATIENCE), retry_handlers=[])
        app = AsyncApp(
            name="slipway",
            logger=log,
            signing_secret=secret.reveal(),
            client=client,
            authorize=ByWorkspace(self._deps.vault),
            # Without it bolt looks every 10 ms whether a listener has answered.
            process_before_response=True,
        )
        app.listener_runner.lazy_listener_runner = self._afterwards
        register(app, self._deps)
        listen(app)
        return app


def listen(app: AsyncApp) -> None:
    """The last listeners: whatever opens no modal is acked, and done by a worker."""
    app.command(ANY)(say_first)
    for listens in (app.event, app.action, app.view_submission, app.view_closed, app.shortcut):
        listens(ANY)(take_in)
    app.options(ANY)(offer_nothing)


async def say_first(ack: AsyncAck, context: AsyncBoltContext) -> None:
    """A slash command's first answer, seen by whoever typed it."""
    text = says_of(context)
    await (ack(text=text, response_type="ephemeral") if text else ack())


async def take_in(ack: AsyncAck) -> None:
    """Taken in."""
    await ack()


async def offer_nothing(ack: AsyncAck) -> None:
    """A menu that nobody knows has no options."""
    await ack(options=[])
