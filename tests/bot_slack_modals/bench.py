"""The whole way in: Slack's signed requests through the door, the inbox and bolt, to a Slack on loopback and back."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import httpx
from sqlalchemy import select

import engine.store.slack_schema  # noqa: F401 - its tables are in the metadata once it is imported
from bot.ingest import Ingest
from bot.pages.rehearsal import Rehearsal
from bot.slack.app import Bolt
from bot.slack.deps import SlackDeps
from bot.slack.door import SlackDoor
from engine.domain.event import Person
from engine.settings import Secret, read_settings
from engine.slack import bot_token
from engine.store import slack_people, slack_workspaces
from engine.store.port import Delivery
from engine.store.schema import inbox
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.store.sql import SqlStore
from engine.variables.variables import variables_of
from engine.variables.vault import new_key
from engine.wakeups.memory import MemoryWakeups
from tests.access.world import READER, WRITER, World
from tests.bot_slack_modals.slack import TOKEN, FakeSlack, Json, Window, texts_of
from tests.pages.site import GITHUB

SIGNING = "a signing secret of a test"
TEAM = "T1"
#: Slack users; the last one is linked to nobody.
WRITES, READS, NOBODY = "UWRITER", "UREADER", "UNOBODY"
#: Seconds for what takes milliseconds.
DEADLINE = 30.0

Found = TypeVar("Found")


class Bench:
    """A web room with a workspace in it, and its people."""

    def __init__(self, world: World, slack: FakeSlack, folder: Path, runner: asyncio.Runner) -> None:
        self.world, self.slack, self._runner = world, slack, runner
        slack_settings = {
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "c" * 32,
            "SLACK_SIGNING_SECRET": SIGNING,
            "SLACK_API_URL": f"{slack.address}/api",
            "SECRET_KEYS": new_key().reveal(),
        }
        settings = read_settings({"DATA_DIR": str(folder)} | GITHUB | slack_settings)
        assert settings.slack is not None
        variables = variables_of(settings)
        rehearse = Rehearsal(world.database, world.forge, world.commits, variables, settings)
        self.deps = SlackDeps(
            settings=settings,
            slack=settings.slack,
            database=world.database,
            forge=world.forge,
            commits=world.commits,
            variables=variables,
            permissions=world.permissions,
            rehearse=rehearse,
        )
        self._ingest = Ingest(SqlStore(world.database, settings.intervals), MemoryWakeups())
        self._bolt = Bolt(self.deps)
        self._door = SlackDoor(self.deps, self._ingest, self._bolt)
        self.workspace = self._install()
        #: What interactions say of their user besides.
        self.of: Json = {}
        # How many modals there were before the last that was asked for.
        self._before = 0

    def start(self) -> None:
        """Takes in, from now on."""
        self._ingest.start()
        self._runner.run(self._bolt.start())

    def end(self) -> None:
        """Takes nothing more."""
        self._runner.run(self._bolt.end())
        self._door.end()
        self._ingest.stop()

    def link(self, user: str, person: Person) -> None:
        """Somebody says who they are at GitHub."""
        with self.world.database.write() as connection:
            token = slack_people.offer(connection, self.workspace.id, user, "", time.time())
            slack_people.link(connection, token, person, time.time())

    def type(self, text: str, user: str = WRITES, *, age: float = 0.0) -> httpx.Response:
        """`/slipway …`, whose delivery reaches us `age` seconds after it was typed."""
        form = {"command": "/slipway", "text": text, "team_id": TEAM, "user_id": user, "channel_id": "C1"}
        more = {"trigger_id": self.slack.trigger(age), "response_url": self.slack.response_url}
        self._before = len(self.slack.windows)
        return self.post(urlencode(form | more))

    def press(self, action: str, value: str = "", user: str = WRITES, *, home: bool = False) -> httpx.Response:
        """A button on a message of ours, or in App Home."""
        told: Json = {"type": "block_actions", "actions": [{"action_id": action, "value": value}]}
        message: Json = {"channel": {"id": "C1"}, "message": {"ts": "1.5"}, "response_url": self.slack.response_url}
        where: Json = {"view": {"id": "V0", "type": "home"}} if home else message
        self._before = len(self.slack.windows)
        return self._interact(told | where, user)

    def choose(self, window: Window, action: str, values: Json, user: str = WRITES) -> httpx.Response:
        """A choice within a modal; `values`: all of its fields, by their names."""
        view = _view(window, values)
        return self._interact({"type": "block_actions", "actions": [{"action_id": action}], "view": view}, user)

    def choose_and_see(self, window: Window, action: str, values: Json, user: str = WRITES) -> None:
        """The same, until it is drawn anew."""
        views = len(window.views)
        self.choose(window, action, values, user)
        self.until(lambda: len(window.views) > views or None)

    def submit(self, window: Window, values: Json, user: str = WRITES) -> httpx.Response:
        """The modal is sent off."""
        return self._interact({"type": "view_submission", "view": _view(window, values)}, user)

    def suggest(self, typed: str, user: str = WRITES) -> list[Json]:
        """What the menu of projects suggests."""
        told: Json = {"type": "block_suggestion", "action_id": "project", "block_id": "project", "value": typed}
        options = self._interact(told | {"view": {"id": "V1", "type": "modal"}}, user).json()["options"]
        assert isinstance(options, list)
        return options

    def window(self, shows: str = "") -> Window:
        """The newest modal, once it shows that; empty: once it is drawn."""
        return self.until(lambda: self._shown(shows))

    def until(self, found: Callable[[], Found | None]) -> Found:
        """What is there once it is; meanwhile the room works on."""
        return self._runner.run(_until(found))

    def stored(self) -> list[bytes]:
        """The bodies in the inbox."""
        with self.world.database.read() as connection:
            return list(connection.execute(select(inbox.c.body).order_by(inbox.c.received_at)).scalars())

    def newest(self) -> Delivery:
        """The delivery that was stored last, as the intake gets it."""
        with self.world.database.read() as connection:
            row = connection.execute(select(inbox).order_by(inbox.c.received_at.desc()).limit(1)).one()
        return Delivery(row.key, row.source, row.event, row.body, self.workspace.lane)

    def post(self, body: str, moment: float | None = None) -> httpx.Response:
        """A request that Slack signed."""
        at = str(int(time.time() if moment is None else moment))
        mac = hmac.new(SIGNING.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
        headers = {
            "x-slack-signature": f"v0={mac.hexdigest()}",
            "x-slack-request-timestamp": at,
            "content-type": "application/x-www-form-urlencoded",
        }
        return self._runner.run(self._posted(body, headers))

    async def _posted(self, body: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._door)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/slack/events", content=body, headers=headers)

    def _interact(self, told: Json, user: str) -> httpx.Response:
        who: Json = {"team": {"id": TEAM}, "user": {"id": user} | self.of, "trigger_id": self.slack.trigger()}
        return self.post(urlencode({"payload": json.dumps(who | told)}))

    def _shown(self, shows: str) -> Window | None:
        if len(self.slack.windows) <= self._before:
            return None
        newest = list(self.slack.windows.values())[-1]
        return newest if len(newest.views) > 1 and shows in shown(newest) else None

    def _install(self) -> Workspace:
        sealed = bot_token.seal(self.deps.vault, TEAM, Secret(TOKEN))
        new = NewWorkspace(TEAM, "Acme", "A1", "UBOT", "commands", WRITES, sealed)
        with self.world.database.write() as connection:
            return slack_workspaces.install(connection, new, time.time())


def furnished(bench: Bench) -> Bench:
    """With people who are linked."""
    bench.link(WRITES, WRITER)
    bench.link(READS, READER)
    bench.start()
    return bench


def shown(window: Window) -> str:
    """All that it says."""
    return "\n".join(texts_of(window.now))


def fields(window: Window) -> dict[str, str]:
    """Its blocks with fields, by the field's name."""
    blocks = window.now["blocks"]
    assert isinstance(blocks, list)
    return {each["element"]["action_id"]: each["block_id"] for each in blocks if each["type"] == "input"}


def _view(window: Window, values: Json) -> Json:
    blocks = fields(window)
    state = {blocks[name]: {name: _field(name, value)} for name, value in values.items() if name in blocks}
    kept = {name: window.now[name] for name in ("callback_id", "private_metadata")}
    return kept | {"id": window.id, "type": "modal", "state": {"values": state}}


def _field(name: str, value: object) -> Json:
    if name in ("project", "environment"):
        return {"type": "static_select", "selected_option": {"value": str(value)} if value else None}
    if name == "guard":
        return {"type": "checkboxes", "selected_options": [{"value": "guard"}] if value else []}
    return {"type": "plain_text_input", "value": value or None}


async def _until(found: Callable[[], Found | None]) -> Found:
    end = time.monotonic() + DEADLINE
    while (there := found()) is None:
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)
    return there
