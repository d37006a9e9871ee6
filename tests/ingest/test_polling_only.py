"""A Slipway that no webhook reaches takes none (requirement G7: polling-only mode)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.pages.client import Client
from tests.pages.site import open_site


@pytest.fixture
def polling(tmp_path: Path) -> Iterator[Client]:
    """The web room of such a Slipway."""
    world = World(tmp_path)
    with open_site(world, tmp_path, POLLING_ONLY="1") as client:
        yield client
    world.close()


def test_a_delivery_is_told_why_it_is_not_taken(polling: Client) -> None:
    answer = polling.request("POST", "/webhooks/github", content=b"{}")
    assert answer.status_code == 410
    assert "POLLING_ONLY" in answer.text


def test_the_rest_of_the_house_is_open(polling: Client) -> None:
    assert polling.get("/healthz").status_code == 200
