"""`/slipway readiness` and `/slipway fix`, in threads and by the button of a card."""

import pytest

from engine.domain.inspection import FixState, Inspection, InspectionState
from engine.reasons import Reason
from engine.reports.subjects import mark_comment
from engine.slack.buttons import Bound, encode
from engine.store import asks, fixes, inspections
from engine.store.inspections import Wanted
from engine.store.slack_asks import SlackAsk
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, SHA_A, SHA_B, SHA_C, a_pull_request_event, in_bytes
from tests.intake.looking import HEAD, ended, looked, seen_of
from tests.slack.deliveries import ADA, EVE, MALLORY, OTHER_TEAM, ROOT, TEAM, a_press
from tests.slack.test_threads import stands
from tests.slack.world import SECRET_ID, World


def inspected(world: World, wanted: Wanted = HEAD) -> Inspection:
    """It was looked at, and a Procfile can be written."""
    world.at_github()
    with world.database.write() as connection:
        return looked(connection, "procfile", wanted=wanted)


def presses(world: World, bound: Bound, user: str = ADA, team: str = TEAM) -> SlackAsk:
    """The card's button; the ask afterwards."""
    return world.takes("interaction", a_press("fix", encode(bound), user, team))


def fix_of(world: World, ask: SlackAsk) -> str:
    """The fix that it led to; empty: none."""
    found = world.sql(asks.by_delivery, ask.delivery)
    return "" if found is None else found.fix_id


def jobs(world: World) -> int:
    """How many fixes are to be written."""
    return sum(1 for each in world.sql(fixes.newest, REPOSITORY_ID, 1, 9) if each.state is FixState.WAITING)


def test_readiness_of_a_pull_request_is_about_its_look(shop: World) -> None:
    shop.at_github()
    ask = shop.types("readiness acme/shop#1", EVE)
    made = shop.sql(inspections.newest, REPOSITORY_ID, 1)
    assert (ask.state, ask.about, ask.login) == (asks.WORKING, made.id, "eve")
    assert "`acme/shop#1`" in ask.answer
    assert "/projects/acme/shop/pulls/1/readiness" in ask.answer
    assert shop.sql(asks.by_delivery, ask.delivery).inspection_id == made.id


def test_readiness_of_a_repository_is_about_its_default_branch(shop: World) -> None:
    ask = shop.types("readiness acme/shop")
    made = shop.sql(inspections.of_commit, REPOSITORY_ID, 0, SHA_C)
    assert (ask.state, ask.about) == (asks.WORKING, made.id)
    with shop.database.write() as connection:
        ended(connection, made, InspectionState.DONE, seen_of(SHA_C).json())
    assert shop.sql(asks.by_delivery, ask.delivery).state == asks.DONE


def test_in_the_thread_of_a_look_its_pull_request_is_meant(shop: World) -> None:
    stands(shop, inspected(shop).id)
    assert shop.mentions("readiness", EVE, thread=ROOT).about == shop.sql(inspections.newest, REPOSITORY_ID, 1).id
    assert shop.mentions("fix procfile", thread=ROOT).state == asks.WORKING
    assert shop.mentions("preview stop", thread=ROOT).reason == Reason.NO_PREVIEW


def test_in_the_thread_of_a_look_at_the_default_branch_that_is_meant(shop: World) -> None:
    made = inspected(shop, Wanted(INSTALLATION_ID, REPOSITORY_ID, 0, SHA_C))
    stands(shop, made.id)
    assert shop.mentions("readiness", thread=ROOT).about == made.id
    assert shop.mentions("fix procfile", thread=ROOT).reason == Reason.WHICH_PULL_REQUEST


def test_in_the_thread_of_a_deploy_its_pull_request_is_meant(shop: World) -> None:
    shop.at_github()
    shop.types("deploy acme/shop#1 to production")
    stands(shop, shop.release().id)
    shop.mentions("readiness", thread=ROOT)
    assert shop.sql(inspections.newest, REPOSITORY_ID, 1) is not None


def test_the_button_of_a_card_writes_the_fix_and_the_card_stays_where_it_was_asked(shop: World) -> None:
    made = inspected(shop)
    ask = presses(shop, Bound(made.id, SHA_A, "procfile"))
    assert (ask.state, ask.about) == (asks.WORKING, made.id)
    assert "`procfile` is being written on top of commit `aaaaaaa`" in ask.answer
    fix = shop.sql(fixes.by_id, fix_of(shop, ask))
    assert (fix.login, fix.account, fix.sha) == ("ada", 3, SHA_A)
    assert shop.audit("done")[-1].did == f"fix procfile {fix.id}"


@pytest.mark.parametrize(
    ("state", "expected"),
    [(FixState.DONE, asks.DONE), (FixState.REFUSED, asks.REFUSED), (FixState.FAILED, asks.FAILED)],
)
def test_whoever_asked_is_told_how_the_fix_went(shop: World, state: FixState, expected: str) -> None:
    ask = presses(shop, Bound(inspected(shop).id, SHA_A, "procfile"))
    reply, reason = f"slack_reply:{ask.delivery}", "head_moved" if state is FixState.REFUSED else ""
    before = shop.version(reply)
    with shop.database.write() as connection:
        fixes.end(connection, fix_of(shop, ask), state, "How it went.", 3000.0, reason=reason)
        mark_comment(connection, installation_id=INSTALLATION_ID, repository_id=REPOSITORY_ID, number=1)
    told = shop.ask(ask.delivery)
    assert (told.state, told.reason, told.about) == (expected, reason, ask.about)
    assert told.answer.startswith("How it went.")
    assert shop.version(reply) == before + 1


def test_a_button_is_dead_after_a_push(shop: World) -> None:
    made = inspected(shop)
    shop.at_github(sha=SHA_B)
    shop.tell("pull_request", in_bytes(a_pull_request_event("synchronize", sha=SHA_B)))
    ask = presses(shop, Bound(made.id, SHA_A, "procfile"))
    assert (ask.reason, jobs(shop)) == (Reason.STALE_BUTTON, 0)
    assert "`bbbbbbb`" in ask.answer


def test_a_push_that_nobody_told_of_yet_refuses_all_the_same(shop: World) -> None:
    made = inspected(shop)
    shop.at_github(sha=SHA_B)
    assert (presses(shop, Bound(made.id, SHA_A, "procfile")).reason, jobs(shop)) == (Reason.HEAD_MOVED, 0)


@pytest.mark.parametrize(
    ("bound", "reason"),
    [
        (Bound("ins_0000000000000000", SHA_A, "procfile"), Reason.STALE_BUTTON),
        (Bound("", SHA_A, "kitchen"), Reason.NO_SUCH_FIX),
        (Bound("", SHA_A), Reason.NO_SUCH_FIX),
        (Bound("", SHA_A, "gitignore"), Reason.NOTHING_TO_FIX),
        (Bound("", SHA_B, "procfile"), Reason.STALE_BUTTON),
    ],
)
def test_a_value_that_names_nothing_of_the_card_writes_nothing(shop: World, bound: Bound, reason: Reason) -> None:
    made = inspected(shop)
    ask = presses(shop, Bound(bound.about or made.id, bound.sha, bound.name))
    assert (ask.reason, jobs(shop)) == (reason, 0)


def test_no_other_button_does_anything_at_a_look(shop: World) -> None:
    made = inspected(shop)
    for action in ("approve", "retry", "cancel"):
        assert shop.presses(action, made.id, SHA_A).reason == Reason.STALE_BUTTON


def test_who_may_not_write_or_is_not_linked_writes_nothing(shop: World) -> None:
    bound = Bound(inspected(shop).id, SHA_A, "procfile")
    assert presses(shop, bound, EVE).reason == Reason.NOT_PERMITTED
    assert presses(shop, bound, MALLORY).reason == Reason.NOT_LINKED
    assert presses(shop, bound, ADA, OTHER_TEAM).reason == Reason.NOT_LINKED
    assert jobs(shop) == 0
    assert [each.outcome for each in shop.audit("refused")] == [
        f"refused:{Reason.NOT_PERMITTED}",
        f"refused:{Reason.NOT_LINKED}",
        f"refused:{Reason.NOT_LINKED}",
    ]


def test_a_repository_that_they_may_not_read_is_not_there(shop: World) -> None:
    shop.know("globex/secret", SECRET_ID)
    with shop.database.write() as connection:
        secret = looked(connection, "procfile", wanted=Wanted(INSTALLATION_ID + 1, SECRET_ID, 1, SHA_A))
    asked = [presses(shop, Bound(secret.id, SHA_A, "procfile"))]
    asked += [shop.types(f"{words} globex/secret#1") for words in ("readiness", "fix procfile")]
    assert {each.reason for each in asked} == {Reason.NO_SUCH_REPOSITORY}
    assert "globex" not in asked[0].answer
    assert shop.sql(fixes.newest, SECRET_ID, 1, 9) == []
    assert shop.audit("done") == []
