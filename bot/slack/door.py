"""Slack's front door: verifies the bytes, has them stored, and only then lets bolt answer. It asks no network."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Receive, Scope, Send

from bot.body import Disconnected, read_body
from bot.github.answers import Answer
from bot.github.room import SMALL, Full, Room
from bot.ingest import Ingest, StorageTrouble
from bot.slack.answers import BUSY, EMPTY, NOT_STORED, Told, ephemeral, field_errors, first_of, not_installed
from bot.slack.context import EVENT, SAYS, WORKSPACE
from bot.slack.deps import SlackDeps
from bot.slack.posted import Handshake, Idle, Posted, Unreadable, read_posted
from bot.slack.verification import BAD_SIGNATURE, LARGEST, NOT_POSTED, TOO_LARGE, Head, Verifier, fitting
from engine.slack.at_web import first_answer
from engine.slack.events import NotForUs, Submitted, Typed
from engine.slack.payloads import COMMAND, read_slack_event
from engine.slack.sealed_values import seal_body
from engine.slack.submissions import errors_of
from engine.store import slack_workspaces
from engine.store.port import Delivery, Taken
from engine.store.slack_workspaces import Workspace

#: Seconds to be stored in: after three Slack has told the person that nothing answered.
PATIENCE = 2.5
#: Threads that read workspaces. The pages' own may all wait for GitHub.
THREADS = 4

log = structlog.get_logger(__name__)


class Given(Protocol):
    """An answer of bolt's."""

    status: int
    body: str
    headers: dict[str, Sequence[str]]


class Listeners(Protocol):
    """Bolt (bot.slack.app)."""

    async def answer(
        self, secret: int, raw: str, fields: dict[str, Any], headers: Mapping[str, list[str]], context: dict[str, Any]
    ) -> Given:
        """What the listeners answer to a verified request; `secret` is the place of the one that signed it."""
        ...


class SlackDoor:
    """`POST /slack/events`, as a plain ASGI application: events, commands, interactions and their options."""

    def __init__(self, deps: SlackDeps, ingest: Ingest, listeners: Listeners, patience: float = PATIENCE) -> None:
        self._deps = deps
        self._ingest = ingest
        self._listeners = listeners
        self._patience = patience
        self._verifier = Verifier(deps.slack.signing_secrets)
        self._room = Room(patience=patience)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slack-door")

    def end(self) -> None:
        """Takes nothing more; does not wait for a database that does not answer."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            answer = await self._receive(scope, receive) if scope["method"] == "POST" else NOT_POSTED
        except Disconnected:
            return
        await (answer.send(send, []) if isinstance(answer, Answer) else answer.send(send))

    async def _receive(self, scope: Scope, receive: Receive) -> Answer | Told:
        head = Head(scope["headers"])
        refusal = head.refusal(self._deps.clock())
        if refusal is not None:
            return refusal
        if head.size <= SMALL:
            return await self._verify(head, receive)
        try:
            async with self._room.of(head.size):
                return await self._verify(head, receive)
        except Full:
            return BUSY

    async def _verify(self, head: Head, receive: Receive) -> Answer | Told:
        macs = self._verifier.macs(head)
        body = await read_body(receive, LARGEST)
        if body is None:
            return TOO_LARGE
        for mac in macs:
            mac.update(body)
        secret = fitting(head, macs)
        if secret is None:
            return BAD_SIGNATURE
        return await self._take(Letter(head, body, secret))

    async def _take(self, letter: "Letter") -> Answer | Told:
        match read_posted(letter.body):
            case Unreadable(why):
                log.warning("slack.unreadable", why=why, bytes=len(letter.body))
                return EMPTY
            case Idle():
                return EMPTY
            case Handshake(fields):
                return await self._hand_on(letter, fields, {})
            case Posted() as posted:
                return await self._store(letter, posted)

    async def _store(self, letter: "Letter", posted: Posted) -> Answer | Told:
        try:
            async with asyncio.timeout(self._patience):
                workspace = await self._workspace(posted.team_id)
                if workspace is None:
                    return not_installed(self._deps.settings.public_url) if posted.kind == COMMAND else EMPTY
                event = read_slack_event(Delivery(posted.key, "slack", posted.kind, letter.body, workspace.lane))
                errors = errors_of(event) if isinstance(event, Submitted) else {}
                if errors:
                    return field_errors(errors)
                taken = await self._taken(letter, posted, workspace)
        except (StorageTrouble, SQLAlchemyError, TimeoutError) as error:
            log.warning("slack.not_stored", delivery=posted.key, error=type(error).__name__)
            return NOT_STORED
        if posted.key and isinstance(event, NotForUs):
            return EMPTY
        says = first_answer(event, self._deps.web_url) if posted.kind == COMMAND and isinstance(event, Typed) else ""
        if taken is not Taken.NEW:
            # The same words once more, and nothing is done.
            return ephemeral(says) if says else EMPTY
        return await self._hand_on(letter, posted.fields, {EVENT: event, WORKSPACE: workspace, SAYS: says})

    async def _workspace(self, team_id: str) -> Workspace | None:
        """The workspace, while the app is installed there."""
        found = await asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, team_id)
        return found if found is not None and found.here else None

    def _look_up(self, team_id: str) -> Workspace | None:
        with self._deps.database.read() as connection:
            return slack_workspaces.by_team(connection, team_id)

    async def _taken(self, letter: "Letter", posted: Posted, workspace: Workspace) -> Taken:
        if not posted.key:
            return Taken.NEW
        delivery = Delivery(
            key=posted.key,
            source="slack",
            event=posted.kind,
            body=seal_body(letter.body, posted.key, self._deps.vault),
            installation_id=workspace.lane,
            order_key=f"slack:{posted.team_id}:{posted.user_id}",
        )
        return await self._ingest.take(delivery)

    async def _hand_on(self, letter: "Letter", fields: dict[str, Any], context: dict[str, Any]) -> Told:
        given = await self._listeners.answer(letter.secret, letter.body.decode(), fields, letter.headers, context)
        if given.status == 404:
            # Nobody listens to its kind, or it lacks what bolt knows the kind by.
            return EMPTY
        return Told(given.status, given.body.encode(), first_of(given.headers))


class Letter:
    """A verified body."""

    def __init__(self, head: Head, body: bytes, secret: int) -> None:
        self.body = body
        self.secret = secret
        self.headers = {
            "x-slack-signature": [head.signature.decode("ascii")],
            "x-slack-request-timestamp": [head.timestamp.decode("ascii")],
        }
