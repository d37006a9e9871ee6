"""`WS /ws/deployments/{id}`: where a deployment stands and its log, told as they change.

The token comes in the first message: an address or a header may be logged on the way, a message isn't.
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.api import stream_messages as messages
from bot.api.deployment_shown import ShownDeployment
from bot.api.problem import Refused
from bot.api.stream_entry import Entered, Look, StreamEntry
from bot.feed import Sight
from bot.pages.open_streams import MOST_EACH
from bot.signin.deps import Deps
from engine.reports.words import iso

#: Why a stream is closed (RFC 6455, 7.4; 4000 and up are ours), in code and words.
OVER = 1000, "The deployment is over, and all of it was told."
RESTARTING = 1012, "Slipway restarts: come again with a new token."
AWAY = 1013, "GitHub must be asked and doesn't answer: come again in a minute."
BAD_TOKEN = 4001, "No token came that is good for this stream."
NO_LONGER_ALLOWED = 4003, "You may no longer read this repository."
TOO_MANY = 4029, f"{MOST_EACH} streams are open already."

#: Seconds that the log of a deployment that is over may still grow.
LAST_LINES = 1.0


@dataclass(frozen=True)
class DeploymentStream:
    """The endpoint."""

    deps: Deps
    entry: StreamEntry
    #: Seconds for the first message, and between two signs of life.
    patience: float = 30.0
    alive: float = 15.0

    def routes(self) -> list[BaseRoute]:
        """Its route."""
        return [WebSocketRoute("/ws/deployments/{id}", self.serve, name="WS /ws/deployments/{id}")]

    async def serve(self, socket: WebSocket) -> None:
        """One client, from the handshake to the end."""
        if comes_from_elsewhere(socket, self.deps.settings.public_url):
            # Before it is accepted: the handshake is answered with 403.
            await socket.close()
            return
        await socket.accept()
        try:
            code, why = await self._served(socket)
            await socket.close(code, why)
        except WebSocketDisconnect:
            return

    async def _served(self, socket: WebSocket) -> tuple[int, str]:
        """Why the stream ends. Raises WebSocketDisconnect when the client has ended it."""
        entered = await self._enter(socket)
        if entered is None:
            return BAD_TOKEN
        if self.deps.streams.full(entered.login):
            return TOO_MANY
        with self.deps.streams.one_more(entered.login):
            telling = asyncio.create_task(self._tell(socket, entered))
            leaving = asyncio.create_task(_left(socket))
            try:
                await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
                telling.cancel()
                await asyncio.wait({telling, leaving})
        if telling.cancelled():
            raise WebSocketDisconnect
        return telling.result()

    async def _enter(self, socket: WebSocket) -> Entered | None:
        try:
            said = await asyncio.wait_for(socket.receive_text(), self.patience)
        except (TimeoutError, KeyError):
            # A message of bytes has no text.
            return None
        return await run_in_threadpool(self.entry.enter, socket.path_params["id"], said)

    async def _tell(self, socket: WebSocket, entered: Entered) -> tuple[int, str]:
        """Tells all there is, then what is new, until there is nothing more to tell."""
        feed, clock = self.deps.streams.feed, asyncio.get_running_loop().time
        line, counter, known, told = entered.from_line, -1, None, clock()
        while not feed.over:
            try:
                look = await run_in_threadpool(self.entry.look, entered, line)
            except Refused as error:
                return AWAY if error.problem.status == 503 else NO_LONGER_ALLOWED
            over = look.deployment.state.terminal
            news = _news(look, known, line)
            if not news and over and clock() - told >= LAST_LINES:
                return OVER
            if not news and clock() - told >= self.alive:
                news = [messages.heartbeat(iso(self.deps.clock()))]
            for each in news:
                await socket.send_json(each)
            told = clock() if news else told
            known, line = look.deployment, line + len(look.lines)
            wait = told + (LAST_LINES if over else self.alive) - clock()
            counter = (await feed.watch(entered.release_id, Sight(counter, line), max(0.0, wait))).counter
        return RESTARTING


def comes_from_elsewhere(socket: WebSocket, public_url: str) -> bool:
    """True when the browser says that another site's page opens it. What isn't a browser says nothing."""
    if socket.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = socket.headers.get("origin")
    if origin is None or origin == public_url:
        return False
    # This machine's own names are served too, without being the configured one.
    return urlsplit(origin).netloc != socket.headers.get("host")


def _news(look: Look, known: ShownDeployment | None, line: int) -> list[dict[str, object]]:
    """The messages that are due: the log first, so that the last word is where it stands."""
    news = [messages.log(line, look.lines)] if look.lines else []
    return news if look.deployment == known else [*news, messages.status_update(look.deployment)]


async def _left(socket: WebSocket) -> None:
    """Returns once the client has gone; what else it says is heard by nobody."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
