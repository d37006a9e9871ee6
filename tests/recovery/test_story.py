"""A whole Slipway behind NAT: no webhook reaches it, and previews come and go all the same (requirement O10)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.house import House
from tests.stories.person import Person, eventually, visit


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Person]:
    """Somebody with write permission, at a GitHub that hands no webhook over."""
    house = House(tmp_path / "data", POLLING_ONLY="1", SLIPWAY_MISSED_SECONDS="0.5", PLAYGROUND_WEBHOOKS="0").start()
    yield house.person("writer")
    assert house.stop() == 0, house.log()


def test_a_preview_comes_with_a_command_and_goes_with_its_pull_request(writer: Person) -> None:
    asked = writer.comment("acme/site", 1, "/preview")
    head = writer.head("acme/site", 1)
    assert writer.concluded("acme/site", head)["conclusion"] == "success"
    (preview,) = writer.previews("acme/site", 1)
    assert visit(writer.share(preview["id"])).status_code == 200
    eventually(lambda: "rocket" in writer.reactions("acme/site", asked), "the rocket on the command")
    writer.call("PATCH", "/repos/acme/site/pulls/1", {"state": "closed"})
    eventually(lambda: writer.previews("acme/site", 1)[0]["state"] == "removed", "the preview to go")
