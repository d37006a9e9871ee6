"""`app.yml`, GitHub's manifest of our App: it asks for what the code needs and nothing else."""

from pathlib import Path
from typing import Any

import yaml

from bot.github.webhook import PATH
from engine.forge.manifest import SUBSCRIBED, needed_permissions

MANIFEST = Path(__file__).resolve().parents[1] / "app.yml"


def manifest() -> dict[str, Any]:
    """The file."""
    return dict(yaml.safe_load(MANIFEST.read_text()))


def test_its_events_are_those_that_the_code_reads() -> None:
    assert manifest()["default_events"] == list(SUBSCRIBED)


def test_its_permissions_are_those_that_the_calls_need() -> None:
    assert manifest()["default_permissions"] == needed_permissions()


def test_its_addresses_are_ours() -> None:
    found = manifest()
    assert found["hook_attributes"]["url"].endswith(PATH)
    assert found["callback_urls"][0].endswith("/signin/callback")
    assert found["public"] is False
