"""Slack's part of the web room, for a Slipway that has a Slack app; for others nothing of it is imported."""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from starlette.routing import BaseRoute

from bot.ingest import Ingest
from bot.pages.reception import Reception
from bot.slack.deps import SlackDeps
from engine.access.cookies import CookieNames


class SlackSide(Protocol):
    """What Slack adds to the application (bot.slack.room)."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its routes."""
        ...

    async def start(self) -> None:
        """Before the first request, in the loop of the application."""
        ...

    async def end(self) -> None:
        """After the last one."""
        ...


def open_slack(deps: SlackDeps, ingest: Ingest, reception: Reception, names: CookieNames) -> SlackSide:
    """Joins it. Its import takes half a second, for bolt."""
    opened: SlackSide = import_module("bot.slack.room").SlackRoom(deps, ingest, reception, names)
    return opened
