"""Who isn't linked, may not, or is of another workspace is refused, with a line in the audit each (F-S8)."""

import pytest

from engine.domain.gate import GateState
from engine.domain.permission import Role
from engine.reasons import Reason
from engine.store import asks, slack_people
from tests.forge.payloads import SHA_C
from tests.slack.deliveries import ADA, BOB, EVE, MALLORY, OTHER_TEAM, a_command
from tests.slack.world import SECRET_ID, World

NEEDING = [
    "deploy acme/shop@main to production",
    "status acme/shop",
    "approve acme/shop production",
    "subscribe acme/shop",
    "unsubscribe acme/shop",
    "subscriptions",
    "quiet 22:00-07:00",
]


@pytest.mark.parametrize("text", NEEDING)
def test_whoever_isnt_linked_is_offered_the_link_and_nothing_else(shop: World, text: str) -> None:
    ask = shop.types(text, MALLORY)
    assert (ask.state, ask.reason, ask.offer, ask.login) == (asks.REFUSED, Reason.NOT_LINKED, "link", "")
    (line,) = shop.audit()
    assert (line.outcome, line.who) == ("refused:not_linked", f"slack:T0ACME:{MALLORY}")
    assert "shop" not in ask.answer


def test_a_link_in_one_workspace_is_none_in_another(shop: World) -> None:
    assert shop.types("deploy acme/shop@main to production", ADA, OTHER_TEAM).reason == Reason.NOT_LINKED
    assert shop.releases() == []


def test_a_reader_may_look_and_may_not_deploy(shop: World) -> None:
    assert shop.types("status acme/shop", EVE).state == asks.DONE
    assert shop.types("deploy acme/shop@main to production", EVE).reason == Reason.NOT_PERMITTED
    assert [line.outcome for line in shop.audit("refused")] == ["refused:not_permitted"]


@pytest.mark.parametrize(
    "text",
    ["deploy {}@main to production", "status {}", "preview {}#1", "logs {}#1", "lock {} production", "subscribe {}"],
)
def test_a_foreign_repository_is_refused_as_a_missing_one(shop: World, text: str) -> None:
    foreign, missing = shop.types(text.format("globex/secret")), shop.types(text.format("globex/nothing"))
    assert foreign.reason == missing.reason == Reason.NO_SUCH_REPOSITORY
    assert foreign.answer.replace("secret", "nothing") == missing.answer
    assert (foreign.repository_id, foreign.about) == (missing.repository_id, missing.about)
    assert len(shop.audit("refused:no_such_repository")) == 2


def test_a_foreign_repository_that_is_stored_is_refused_in_the_same_words(shop: World) -> None:
    before = shop.types("status globex/secret").answer
    shop.know("globex/secret", SECRET_ID)
    assert shop.types("status globex/secret").answer == before


def test_the_role_is_asked_for_at_that_moment(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    shop.repository.roles["bob"] = Role.READ
    assert shop.presses("approve", shop.release().id, SHA_C, BOB).reason == Reason.NOT_PERMITTED
    assert shop.gate().state is GateState.WAITING


def test_who_unlinks_while_github_is_asked_is_nobody_any_more(shop: World) -> None:
    key = shop.receive("command", a_command("deploy acme/shop@main to production"))
    outcome = shop.begin(key)
    with shop.database.write() as connection:
        slack_people.unlink(connection, shop.acme.id, ADA)
    shop.finish(outcome)
    assert shop.ask(key).reason == Reason.NOT_LINKED
    assert shop.releases() == []


def test_link_offers_the_button(shop: World) -> None:
    ask = shop.types("link", MALLORY)
    assert (ask.state, ask.offer) == (asks.DONE, "link")
    assert "@ada" in shop.types("link").answer


def test_unlink_forgets_who_they_are(shop: World) -> None:
    assert "@ada" in shop.types("unlink").answer
    assert shop.types("status acme/shop").reason == Reason.NOT_LINKED
    assert "No GitHub account" in shop.types("unlink").answer
    assert [line.did for line in shop.audit("done")] == ["unlink"]


def test_the_homes_button_unlinks_too(shop: World) -> None:
    shop.presses("unlink", "", "")
    assert shop.sql(slack_people.person_of, shop.acme.id, ADA) is None


def test_a_login_that_somebody_else_got_at_github_is_not_who_was_linked(shop: World) -> None:
    shop.forge.accounts["ada"] = 4711
    assert shop.types("deploy acme/shop@main to production").reason == Reason.NO_SUCH_REPOSITORY
    assert shop.types("subscribe acme/shop").reason == Reason.NO_SUCH_REPOSITORY
    assert shop.releases() == []
