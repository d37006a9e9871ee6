"""In a channel that workspaces share, a foreign member may have the very id of one of our people (Slack Connect)."""

from typing import Any

import pytest

from engine.domain.gate import GateState
from engine.reasons import Reason
from engine.slack.buttons import Bound, encode
from engine.store import slack_people
from tests.forge.payloads import SHA_C
from tests.slack.deliveries import ADA, BOB, BOT, OTHER_TEAM, TEAM, a_mention, a_press, an_event
from tests.slack.world import World

ENTERPRISE = "E0ACME"
OF_THE_ENTERPRISE = [{"enterprise_id": ENTERPRISE, "team_id": TEAM, "user_id": BOT, "is_bot": True}]


def a_foreign_mention(text: str, **teams: str) -> dict[str, Any]:
    """A mention by somebody who has ada's id."""
    return a_mention(f"<@{BOT}> {text}", ADA, **teams)


def test_a_foreign_members_button_doesnt_count_as_that_of_whoever_has_the_same_id_here(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    value = encode(Bound(shop.release().id, SHA_C))
    ask = shop.takes("interaction", a_press("approve", value, BOB, home=OTHER_TEAM))
    assert (ask.reason, ask.offer, ask.login) == (Reason.NOT_LINKED, "", "")
    assert shop.gate().state is GateState.WAITING
    assert shop.audit("refused:not_linked")[0].who == f"slack:{OTHER_TEAM}:{BOB}"


@pytest.mark.parametrize("field", ["user_team", "source_team", "team"])
def test_a_foreign_members_mention_doesnt_count_either(shop: World, field: str) -> None:
    told = a_foreign_mention("deploy acme/shop@main to production", **{field: OTHER_TEAM})
    ask = shop.takes("event", an_event(told))
    assert (ask.reason, ask.offer) == (Reason.NOT_LINKED, "")
    assert shop.releases() == []


@pytest.mark.parametrize("text", ["link", "unlink"])
def test_a_foreign_member_can_neither_link_nor_unlink_whoever_has_the_same_id(shop: World, text: str) -> None:
    ask = shop.takes("event", an_event(a_foreign_mention(text, user_team=OTHER_TEAM)))
    assert (ask.reason, ask.offer) == (Reason.NOT_LINKED, "")
    assert shop.sql(slack_people.person_of, shop.acme.id, ADA) is not None


def test_our_people_count_where_the_channel_is_another_workspaces(shop: World) -> None:
    told = a_foreign_mention("status acme/shop", user_team=TEAM, team=OTHER_TEAM)
    assert not shop.takes("event", an_event(told, context_team_id=OTHER_TEAM)).reason


def test_an_enterprises_people_are_the_same_in_all_of_it(shop: World) -> None:
    told = a_foreign_mention("status acme/shop", user_team=ENTERPRISE)
    assert not shop.takes("event", an_event(told, authorizations=OF_THE_ENTERPRISE)).reason
    press = a_press("retry", encode(Bound("dep_1", SHA_C)), home=ENTERPRISE, enterprise={"id": ENTERPRISE})
    assert shop.takes("interaction", press).reason == Reason.STALE_BUTTON
