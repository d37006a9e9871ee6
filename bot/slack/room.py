"""Slack's part of the web room, joined: its door, install and linking, with bolt behind the door.

Bolt takes half a second to import: whoever has no Slack app doesn't import this (bot.slack_side).
"""

from starlette.routing import BaseRoute, Route

from bot.ingest import Ingest
from bot.pages.reception import Reception
from bot.slack.app import Bolt
from bot.slack.deps import SlackDeps
from bot.slack.door import SlackDoor
from bot.slack.exchange import exchange_at
from bot.slack.linking import Linking
from bot.slack.oauth import Installing
from engine.access.cookies import CookieNames
from engine.slack.manifest import EVENTS_PATH


class SlackRoom:
    """Routes, and what begins and ends with the application."""

    def __init__(self, deps: SlackDeps, ingest: Ingest, reception: Reception, names: CookieNames) -> None:
        self._bolt = Bolt(deps)
        self._door = SlackDoor(deps, ingest, self._bolt)
        self.routes: list[BaseRoute] = [
            Route(EVENTS_PATH, self._door),
            *Installing(deps, reception, exchange_at(deps.slack), names).routes(),
            *Linking(deps, reception).routes(),
        ]

    async def start(self) -> None:
        """Before the first request."""
        await self._bolt.start()

    async def end(self) -> None:
        """After the last one."""
        await self._bolt.end()
        self._door.end()
