"""What bolt calls: whoever opens a modal, chooses in one, types into its menu, or sends it off."""

import asyncio
import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.context import EVENT, event_of, workspace_of
from bot.slack.deps import SlackDeps
from bot.slack.modals import words
from bot.slack.modals.drawing import FORMS, drawn
from bot.slack.modals.suggestions import suggestions
from bot.slack.modals.window import Shut, fill, open_window, say
from engine.slack.at_web import STEP, opens
from engine.slack.client import takes_answers
from engine.slack.events import Pressed, Submitted, Typed
from engine.slack.submissions import MODALS, PROJECT, errors_of

#: Modals that are drawn at once, and menus that are filled: each waits for GitHub.
DRAWN, SUGGESTED = 16, 8
ANY = re.compile("")


def register(app: AsyncApp, deps: SlackDeps) -> None:
    """Listens to all of it; whatever opens no modal is left to the listeners after these."""
    modals = Modals(deps)
    app.command(ANY, matchers=[modals.is_opening])(ack=taken, lazy=[modals.open])
    app.action(ANY, matchers=[modals.is_opening])(ack=taken, lazy=[modals.open])
    app.action(ANY, matchers=[modals.is_step])(ack=taken, lazy=[modals.step])
    app.options(PROJECT)(modals.suggest)
    app.view(re.compile(rf"^(?:{'|'.join(sorted(MODALS))})$"))(submitted)


async def taken(ack: AsyncAck) -> None:
    """Nothing is said: a modal opens, or changes."""
    await ack()


async def submitted(ack: AsyncAck, context: AsyncBoltContext) -> None:
    """What is wrong with its fields, or nothing: then it closes, and the intake goes on."""
    event = event_of(context)
    errors = errors_of(event) if isinstance(event, Submitted) else {}
    await (ack(response_action="errors", errors=errors) if errors else ack())


class Modals:
    """Opens them at once, and draws them in threads: what is slow comes while somebody looks at it."""

    def __init__(self, deps: SlackDeps) -> None:
        self._deps = deps
        self._drawing = ThreadPoolExecutor(DRAWN, thread_name_prefix="slack-modals")
        self._suggesting = ThreadPoolExecutor(SUGGESTED, thread_name_prefix="slack-menus")
        # By modal, the newest choice in it: what was drawn for an older one is thrown away.
        self._turns: dict[str, int] = {}
        # No number comes twice: an older choice may still be drawn when all newer ones are done.
        self._numbers = itertools.count(1)

    async def is_opening(self, context: AsyncBoltContext) -> bool:
        """True of what opens a modal."""
        return self._which(context) not in ("", STEP)

    async def is_step(self, context: AsyncBoltContext) -> bool:
        """True of a choice within one."""
        return self._which(context) == STEP

    async def open(self, client: AsyncWebClient, respond: AsyncRespond, context: AsyncBoltContext) -> None:
        """Opens it before anything is looked up: Slack's trigger is good for three seconds."""
        event, which = event_of(context), self._which(context)
        assert isinstance(event, Typed | Pressed)
        view_id = await open_window(client, event.trigger_id, words.looking(which).to_dict())
        if isinstance(view_id, Shut):
            await say(client, respond if self._takes(event) else None, event, view_id.told)
            return
        await fill(client, view_id, await self._drawn(context, event, which))

    async def step(self, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Draws it anew with what is chosen by now."""
        event = event_of(context)
        if not isinstance(event, Pressed) or event.callback not in FORMS:
            return
        turn = self._turns[event.view_id] = next(self._numbers)
        view = await self._drawn(context, event, event.callback)
        if self._turns.get(event.view_id) == turn:
            del self._turns[event.view_id]
            await fill(client, event.view_id, view)

    async def suggest(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """Options for a menu; Slack shows them only when they come in the answer itself."""
        told = body.get("value")
        asked = self._deps, workspace_of(context), str(body["user"]["id"]), told if isinstance(told, str) else ""
        options = await asyncio.get_running_loop().run_in_executor(self._suggesting, suggestions, *asked)
        await ack(options=options)

    def _takes(self, event: Typed | Pressed) -> bool:
        return takes_answers(self._deps.slack, event.response_url)

    async def _drawn(self, context: AsyncBoltContext, event: Typed | Pressed, which: str) -> dict[str, object]:
        asked = self._deps, workspace_of(context), event, which
        return await asyncio.get_running_loop().run_in_executor(self._drawing, drawn, *asked)

    def _which(self, context: AsyncBoltContext) -> str:
        event = context.get(EVENT)
        return opens(event, self._deps.web_url) if isinstance(event, Typed | Pressed) else ""
