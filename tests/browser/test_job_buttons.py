"""Cancel and Retry on the page of a build, pressed in a real browser under the page's own security policy."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect
from starlette.requests import Request

from engine.access.sessions import Session, SessionKind
from engine.domain.build import Build, BuildState
from engine.domain.event import Person, PullRequest
from engine.store import builds, pull_requests
from tests.access.world import SHOP, World
from tests.pages.site import GITHUB, RecordingDesk, app_of, reception_of, settings_of

#: Milliseconds; generous, since machines are slow and shared.
PATIENCE = 90_000

HEAD = PullRequest(1, "Add a cart", "a" * 40, "cart", SHOP.id, "main", Person(12, "writer"), False, True, False)

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Site:
    """The web room in a thread, everybody signed in as a writer; and one build that a worker has begun."""

    url: str
    world: World
    build: Build

    def end(self, state: BuildState, message: str) -> None:
        """The build is over."""
        with self.world.database.write() as connection:
            builds.advance(connection, self.build.id, state, message, time.time())


def a_writer(_request: Request) -> Session:
    return Session(SessionKind.BOT, "writer", 12, "", time.time() + 600, csrf="a token of this session")


def a_running_build(world: World) -> Build:
    build = world.build(world.preview())
    with world.database.write() as connection:
        pull_requests.record(connection, SHOP.id, HEAD, time.time())
        builds.advance(connection, build.id, BuildState.DEPENDENCIES, "Installing with uv", time.time())
    return build


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Served on a free port until the test ends."""
    world = World(tmp_path)
    settings = settings_of(tmp_path, **GITHUB)
    reception = reception_of(settings, world, a_writer, RecordingDesk())
    app = app_of(reception)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Site(f"http://localhost:{listener.getsockname()[1]}", world, a_running_build(world))
        finally:
            reception.streams.feed.end()
            server.should_exit = True
            thread.join()
            world.close()


def test_a_writer_cancels_a_build_and_builds_it_again(visitor: Page, site: Site, pictures: Path) -> None:
    complaints: list[str] = []
    visitor.on("console", lambda message: complaints.append(message.text))
    visitor.goto(f"{site.url}/jobs/{site.build.id}")
    visitor.screenshot(path=pictures / "8-cancel.png", full_page=True)
    visitor.get_by_role("button", name="Cancel").click()
    expect(visitor.get_by_text("Cancelled by writer").first).to_be_visible(timeout=PATIENCE)
    expect(visitor.get_by_role("button", name="Cancel")).to_have_count(0)
    site.end(BuildState.CANCELLED, "Cancelled by writer; none of its processes is left")
    visitor.get_by_role("button", name="Retry").click(timeout=PATIENCE)
    expect(visitor.get_by_role("heading", name="build_v0_2")).to_be_visible(timeout=PATIENCE)
    assert re.fullmatch(rf"{site.url}/jobs/bld_[0-9a-f]+", visitor.url)
    assert not visitor.url.endswith(site.build.id)
    assert complaints == []


def test_on_a_telephone_the_button_keeps_its_shape(visitor: Page, site: Site, pictures: Path) -> None:
    visitor.set_viewport_size({"width": 360, "height": 700})
    visitor.goto(f"{site.url}/jobs/{site.build.id}")
    box = visitor.get_by_role("button", name="Cancel").bounding_box()
    visitor.screenshot(path=pictures / "9-telephone.png", full_page=True)
    assert box is not None
    assert box["width"] > box["height"]
