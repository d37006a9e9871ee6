"""Streams of pages: what they send, to whom, and when they end (faults W4 and W8)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.pages.deploy import DeployPage
from bot.pages.home import Home
from bot.pages.open_streams import MOST_EACH
from bot.pages.reception import Reception
from engine.access.sessions import Session
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release
from engine.errors import Unreachable
from tests.access.world import World
from tests.pages.deploys import Deploys
from tests.pages.site import GITHUB, RecordingDesk, by_header, reception_of, settings_of

#: Seconds; far more than any of it takes.
LONG = 60.0
Endpoint = Callable[[Request], Response]


@dataclass
class Story:
    """A world, its pages, and who is signed in."""

    world: World
    deploys: Deploys
    reception: Reception
    signed_in: bool = True

    def who(self, request: Request) -> Session | None:
        """Whoever asks, for as long as the session lives."""
        return by_header(request) if self.signed_in else None


@pytest.fixture
def story(world: World, tmp_path: Path) -> Story:
    made = Story(
        world, Deploys(world), reception_of(settings_of(tmp_path, **GITHUB), world, by_header, RecordingDesk())
    )
    made.reception = replace(made.reception, signed_in=made.who)
    return made


def ask(
    login: str = "writer",
    release: Release | None = None,
    method: str = "GET",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Request:
    """A browser's request for a stream."""
    told = {"host": "localhost:8080", "x-test-login": login, **headers}
    return Request(
        {
            "type": "http",
            "method": method,
            "path": "/live",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in told.items()],
            "path_params": {"release_id": release.id} if release else {},
        }
    )


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    name: str
    data: dict[str, object]
    number: str = ""


async def events(endpoint: Endpoint, request: Request) -> AsyncIterator[Event]:
    """The events of a stream, as a browser would read them."""
    answer = await asyncio.to_thread(endpoint, request)
    assert isinstance(answer, StreamingResponse), answer.body
    async for piece in answer.body_iterator:
        assert isinstance(piece, str)
        for block in filter(None, piece.split("\n\n")):
            fields = dict(line.split(": ", 1) for line in block.split("\n"))
            if "event" in fields:
                yield Event(fields["event"], json.loads(fields["data"]), fields.get("id", ""))


async def next_of(stream: AsyncIterator[Event], name: str) -> Event:
    """The next event of that name."""
    async with asyncio.timeout(LONG):
        async for event in stream:
            if event.name == name:
                return event
    raise AssertionError(f"the stream ended without {name}")


async def rest_of(stream: AsyncIterator[Event]) -> list[str]:
    """The names of all events until the stream ends."""
    async with asyncio.timeout(LONG):
        return [event.name async for event in stream]


def test_the_dashboard_is_sent_at_once_and_again_when_something_changed(story: Story) -> None:
    async def watch() -> tuple[str, str]:
        stream = events(Home(story.reception).live, ask())
        before = await next_of(stream, "part")
        await asyncio.to_thread(lambda: story.deploys.ask(story.deploys.environment("staging")))
        return str(before.data["html"]), str((await next_of(rest(stream), "part")).data["html"])

    async def rest(stream: AsyncIterator[Event]) -> AsyncIterator[Event]:
        async for event in stream:
            if "staging" in str(event.data.get("html")):
                yield event

    before, after = asyncio.run(watch())
    assert "Nothing runs and nothing waits" in before
    assert "staging v1" in after


def test_a_deploy_sends_its_summary_its_log_and_the_end(story: Story) -> None:
    release = story.deploys.ask(story.deploys.environment())

    async def watch() -> list[Event]:
        stream = events(DeployPage(story.reception).live, ask(release=release))
        seen = [await next_of(stream, "part")]
        await asyncio.to_thread(story.deploys.log, release, "one", "two\ndata: three")
        seen.append(await next_of(stream, "lines"))
        await asyncio.to_thread(story.deploys.move, release, DeployState.CANCELLED)
        return [*seen, await next_of(stream, "over")]

    _, lines, over = asyncio.run(watch())
    assert (lines.data, lines.number) == ({"lines": ["one", "two", "data: three"]}, "3")
    assert over.name == "over"


@pytest.mark.parametrize(
    ("header", "lines"), [("2", ["three"]), ("0", ["one", "two", "three"]), ("x", ["one", "two", "three"])]
)
def test_a_browser_that_comes_again_gets_what_it_missed(story: Story, header: str, lines: list[str]) -> None:
    release = story.deploys.ask(story.deploys.environment())
    story.deploys.log(release, "one", "two", "three")

    async def watch() -> Event:
        return await next_of(
            events(DeployPage(story.reception).live, ask(release=release, headers={"last-event-id": header})), "lines"
        )

    assert asyncio.run(watch()).data["lines"] == lines


def test_a_stream_ends_with_the_session(story: Story) -> None:
    release = story.deploys.ask(story.deploys.environment())

    async def watch() -> list[str]:
        stream = events(DeployPage(story.reception).live, ask(release=release))
        await next_of(stream, "part")
        story.signed_in = False
        await asyncio.to_thread(story.deploys.log, release, "not for strangers")
        return await rest_of(stream)

    assert asyncio.run(watch()) == ["gone"]


@pytest.mark.parametrize("trouble", ["removed", "away"])
def test_a_stream_ends_when_permission_goes(story: Story, trouble: str) -> None:
    release = story.deploys.ask(story.deploys.environment())

    def lose() -> None:
        story.world.roles["reader"] = Role.NONE
        story.world.forge.outage = Unreachable("GitHub is away") if trouble == "away" else None
        story.reception.permissions.forget()
        story.deploys.log(release, "not for others")

    async def watch() -> list[str]:
        stream = events(DeployPage(story.reception).live, ask(login="reader", release=release))
        await next_of(stream, "part")
        await asyncio.to_thread(lose)
        return await rest_of(stream)

    assert asyncio.run(watch()) == ["gone"]


def test_streams_end_when_the_process_ends(story: Story) -> None:
    async def watch() -> list[str]:
        stream = events(Home(story.reception).live, ask())
        await next_of(stream, "part")
        story.reception.streams.feed.end()
        return await rest_of(stream)

    assert asyncio.run(watch()) in (["part"], [])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8081"},
        {"origin": "http://pr-1--shop.localhost:8081", "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_stream_for_another_sites_page_is_refused(story: Story, headers: dict[str, str]) -> None:
    release = story.deploys.ask(story.deploys.environment())
    for endpoint in (Home(story.reception).live, DeployPage(story.reception).live):
        assert endpoint(ask(release=release, headers=headers)).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": "http://localhost:8080"}, {"sec-fetch-site": "same-origin"}])
def test_a_stream_for_our_own_page_is_sent(story: Story, headers: dict[str, str]) -> None:
    answer = Home(story.reception).live(ask(headers=headers))
    assert (answer.status_code, answer.media_type) == (200, "text/event-stream")
    assert answer.headers["cache-control"] == "no-store, no-transform"


def test_one_person_has_so_many_streams_and_no_more(story: Story) -> None:
    live = Home(story.reception).live

    async def counted() -> list[int]:
        streams = [events(live, ask()) for _ in range(MOST_EACH)]
        for stream in streams:
            await next_of(stream, "part")
        full = await asyncio.to_thread(live, ask())
        other = await asyncio.to_thread(live, ask(login="reader"))
        return [full.status_code, other.status_code]

    assert asyncio.run(counted()) == [429, 200]


def test_asking_for_the_head_of_a_stream_opens_none(story: Story) -> None:
    answer = Home(story.reception).live(ask(method="HEAD"))
    assert (answer.status_code, isinstance(answer, StreamingResponse)) == (200, False)
    assert answer.headers["content-type"].startswith("text/event-stream")
