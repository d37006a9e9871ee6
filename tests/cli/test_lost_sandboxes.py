"""Previews whose sandbox is gone come back by themselves."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.domain.build import Build, BuildState
from engine.domain.preview import Preview
from engine.store import builds, previews
from engine.store.lost_sandboxes import bring_back
from engine.store.schema import routes
from tests.access.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Rows."""
    made = World(tmp_path)
    yield made
    made.close()


def serving(world: World) -> Preview:
    """A preview that serves in the sandbox `sbx1`."""
    preview = world.preview()
    world.serve(preview, "unix:/gone.sock")
    with world.database.write() as connection:
        previews.keep_sandbox(connection, preview, "sbx1", time.time())
    return preview


def come_back(world: World, living: tuple[str, ...] = (), ask: str = "start:1") -> int:
    """Brings back what is lost; how many there were."""
    with world.database.write() as connection:
        return len(bring_back(connection, living, ask, time.time()))


def builds_of(world: World, preview: Preview) -> list[Build]:
    """Newest first."""
    with world.database.read() as connection:
        return builds.of_preview(connection, preview.id)


def route_of(world: World, preview: Preview) -> tuple[str, str]:
    """State and upstream."""
    with world.database.read() as connection:
        where = routes.c.preview_id == preview.id
        row = connection.execute(select(routes.c.state, routes.c.upstream).where(where)).one()
    return row.state, row.upstream


def test_what_served_is_built_again_from_the_same_commit(world: World) -> None:
    preview = serving(world)
    assert come_back(world) == 1
    newest, before = builds_of(world, preview)
    assert (newest.sha, newest.state, before.state) == (before.sha, BuildState.QUEUED, BuildState.READY)
    assert route_of(world, preview) == ("building", "")


def test_it_is_asked_for_in_the_name_of_whoever_asked_before(world: World) -> None:
    preview = serving(world)
    come_back(world)
    newest, before = builds_of(world, preview)
    assert newest.requested_by == before.requested_by == "writer"


def test_what_lives_is_left_alone(world: World) -> None:
    preview = serving(world)
    assert come_back(world, living=("sbx1", "sbx2")) == 0
    assert route_of(world, preview) == ("serving", "unix:/gone.sock")


def test_asked_twice_it_is_built_once(world: World) -> None:
    preview = serving(world)
    assert [come_back(world), come_back(world)] == [1, 0]
    assert len(builds_of(world, preview)) == 2


def test_a_build_under_way_goes_on_by_itself(world: World) -> None:
    preview = serving(world)
    world.build(preview, sha="b" * 40)
    assert come_back(world) == 1
    assert [build.sha[0] for build in builds_of(world, preview)] == ["b", "a"]
    assert route_of(world, preview) == ("building", "")


def test_after_a_failed_build_only_the_reason_is_shown(world: World) -> None:
    preview = serving(world)
    failing = world.build(preview, sha="b" * 40)
    with world.database.write() as connection:
        builds.advance(connection, failing.id, BuildState.FAILED, "It failed", time.time())
    assert come_back(world) == 1
    assert len(builds_of(world, preview)) == 2
    assert route_of(world, preview) == ("failed", "")


def test_a_preview_that_was_stopped_stays_stopped(world: World) -> None:
    preview = serving(world)
    world.end(preview, "stopped")
    assert come_back(world) == 0
    assert route_of(world, preview) == ("stopped", "")
