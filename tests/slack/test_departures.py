"""Workspaces that leave, late news of that, and deliveries of workspaces that aren't here."""

from engine.store import slack_channels, slack_people, slack_workspaces
from engine.store.slack_workspaces import Workspace
from tests.slack.deliveries import ADA, BOT, CHANNEL, OTHER_TEAM, TEAM, a_command, a_submission
from tests.slack.world import World

AT = 1790000000
UNINSTALLED = {"type": "app_uninstalled"}
REVOKED = {"type": "tokens_revoked", "tokens": {"bot": [BOT]}}


def acme(world: World) -> Workspace:
    """The workspace as it is now."""
    found: Workspace | None = world.sql(slack_workspaces.by_team, TEAM)
    assert found is not None
    return found


def test_an_uninstalled_app_leaves_nothing_behind(any_shop: World) -> None:
    any_shop.types("subscribe acme/shop")
    note = any_shop.hears(UNINSTALLED).note
    assert "erased" in note
    assert (acme(any_shop).sealed_token, acme(any_shop).here) == (None, False)
    assert any_shop.sql(slack_channels.of_workspace, any_shop.acme.id) == []
    assert any_shop.sql(slack_people.person_of, any_shop.acme.id, ADA) is None
    assert any_shop.audit()[-1].did == "leave"


def test_a_revoked_token_is_as_good_as_gone(shop: World) -> None:
    shop.hears(REVOKED)
    assert not acme(shop).here


def test_it_is_told_twice_and_happens_once(shop: World) -> None:
    shop.hears(UNINSTALLED)
    assert "any more" in shop.hears(REVOKED).note
    assert [line.did for line in shop.audit()] == ["leave"]


def test_a_late_event_does_not_erase_a_newer_install(shop: World) -> None:
    shop.install(TEAM, at=AT + 60.0)
    assert "installed again" in shop.hears(UNINSTALLED, event_time=AT).note
    assert acme(shop).here


def test_an_app_that_goes_in_the_second_in_which_it_came_is_gone(shop: World) -> None:
    shop.install(TEAM, at=AT + 0.3)
    shop.hears(UNINSTALLED, event_time=AT)
    assert not acme(shop).here


def test_another_workspace_stays(shop: World) -> None:
    shop.hears(UNINSTALLED)
    found = shop.sql(slack_workspaces.by_team, OTHER_TEAM)
    assert found is not None
    assert found.here


def test_deliveries_of_an_unknown_workspace_or_of_one_that_left_are_ignored(shop: World) -> None:
    shop.hears(UNINSTALLED)
    for team in (TEAM, "T0UNKNOWN"):
        key = shop.receive("command", a_command("deploy acme/shop@main to production", team=team))
        shop.run(key)
        assert (shop.delivery(key).state, shop.asked(key)) == ("ignored", None)
    assert shop.releases() == []


def test_a_workspace_that_leaves_while_github_is_asked_gets_nothing_done(shop: World) -> None:
    key = shop.receive("command", a_command("deploy acme/shop@main to production"))
    outcome = shop.begin(key)
    shop.hears(UNINSTALLED)
    shop.finish(outcome)
    assert (shop.delivery(key).state, shop.releases()) == ("ignored", [])


def test_a_value_for_a_workspace_that_left_is_erased_too(shop: World) -> None:
    key = shop.receive("interaction", a_submission("secret", "", {"value": {"value": {"value": "swordfish"}}}))
    before = shop.delivery(key).body
    shop.hears(UNINSTALLED)
    shop.run(key)
    assert len(shop.delivery(key).body) < len(before) - 100


def test_who_comes_back_begins_anew(shop: World) -> None:
    shop.types("subscribe acme/shop")
    shop.hears(UNINSTALLED)
    shop.install(TEAM, at=AT + 60.0)
    assert shop.sql(slack_channels.of_channel, shop.acme.id, CHANNEL) == []
    assert shop.types("status acme/shop").offer == "link"
