"""What is forgotten: subscriptions of repositories that left, old asks and links."""

from pathlib import Path
from typing import Any

import pytest

from engine.recovery.vacuum import Vacuum
from engine.store import slack_asks, slack_channels, slack_people
from engine.store.slack_asks import SlackAsk
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, a_repository, an_account, in_bytes
from tests.slack.deliveries import ADA, CHANNEL
from tests.slack.world import World

DAY = 86_400.0
NOW = 2_000_000_000.0
AROUND = {"installation": {"id": INSTALLATION_ID, "account": an_account("acme")}, "sender": an_account("ada")}
NAMED = [{"id": REPOSITORY_ID, "full_name": "acme/shop"}]
LEAVING: list[tuple[str, dict[str, Any]]] = [
    ("installation", {"action": "deleted", "repositories": NAMED}),
    ("installation_repositories", {"action": "removed", "repositories_removed": NAMED, "repositories_added": []}),
    ("repository", {"action": "deleted", "repository": a_repository()}),
]
STAYING: list[tuple[str, dict[str, Any]]] = [
    ("installation", {"action": "suspend", "repositories": NAMED}),
    ("repository", {"action": "archived", "repository": a_repository()}),
    ("repository", {"action": "renamed", "repository": a_repository("acme/store")}),
]


def subscriptions(world: World) -> int:
    """How many repositories the channel hears of."""
    return len(world.sql(slack_channels.of_channel, world.acme.id, CHANNEL))


@pytest.mark.parametrize(("event", "payload"), LEAVING)
def test_nobody_hears_of_a_repository_that_left(shop: World, event: str, payload: dict[str, Any]) -> None:
    shop.types("subscribe acme/shop")
    shop.tell(event, in_bytes(AROUND | payload))
    assert subscriptions(shop) == 0


@pytest.mark.parametrize(("event", "payload"), STAYING)
def test_one_that_may_come_back_is_kept(shop: World, event: str, payload: dict[str, Any]) -> None:
    shop.types("subscribe acme/shop")
    shop.tell(event, in_bytes(AROUND | payload))
    assert subscriptions(shop) == 1


def test_where_the_github_app_is_suspended_nothing_is_there(shop: World) -> None:
    shop.tell("installation", in_bytes(AROUND | {"action": "suspend", "repositories": NAMED}))
    assert shop.types("deploy acme/shop@main to production").reason == "no_such_repository"


def test_a_renamed_repository_is_meant_by_its_new_name(shop: World) -> None:
    shop.types("subscribe acme/shop")
    renamed = {"action": "renamed", "repository": a_repository("acme/store")}
    shop.tell("repository", in_bytes(AROUND | renamed))
    assert "`acme/store`" in shop.types("subscriptions").answer
    assert shop.types("unsubscribe acme/store").state == "done"


def test_old_asks_links_and_answers_go_and_newer_ones_stay(any_shop: World, tmp_path: Path) -> None:
    with any_shop.database.write() as connection:
        for delivery, at in (("old", NOW - 400 * DAY), ("new", NOW - 60.0)):
            slack_asks.receive(connection, SlackAsk(delivery, any_shop.acme.id, ADA, created_at=at))
            slack_people.offer(connection, any_shop.acme.id, ADA, "", at)
    vacuum = Vacuum(any_shop.database, any_shop.settings.intervals, tmp_path, clock=lambda: NOW, pause=lambda _: None)
    vacuum.beat()
    vacuum.beat()
    assert any_shop.asked("old") is None
    assert any_shop.asked("new") is not None
    assert any_shop.links() == 1
