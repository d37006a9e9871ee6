"""Slack's routes in the application: reading changes nothing, and without a Slack app there are none."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.store.schema import metadata
from engine.store.slack_workspaces import Workspace
from tests.access.world import World
from tests.bot_slack.scene import Scene
from tests.pages.site import open_site

PATHS = ("/slack/events", "/slack/install", "/slack/install/begin", "/slack/oauth", "/slack/link")


def contents(world: World) -> dict[str, list[str]]:
    """Every row of every table."""
    with world.database.read() as connection:
        rows = {table.name: connection.execute(select(table)).all() for table in metadata.sorted_tables}
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


@pytest.mark.parametrize("path", PATHS)
def test_reading_changes_nothing(scene: Scene, acme: Workspace, path: str) -> None:
    token = scene.offer(acme)
    before = contents(scene.world)
    for query in ("", f"?token={token}", "?code=good&state=guessed", "?installation_id=1&setup_action=install"):
        for login in ("", "reader"):
            assert scene.visit(path + query, login).status_code < 500
    assert contents(scene.world) == before


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_security_headers(scene: Scene, path: str) -> None:
    headers = scene.visit(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_without_a_slack_app_there_is_nothing(world: World, tmp_path: Path, path: str) -> None:
    with open_site(world, tmp_path) as site:
        assert [site.request(method, path).status_code for method in ("GET", "POST")] == [404, 404]


def test_without_a_slack_app_bolt_is_not_imported() -> None:
    told = "import sys, bot.__main__; print([each for each in ('slack_bolt', 'aiohttp') if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
