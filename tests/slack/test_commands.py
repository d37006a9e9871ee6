"""Commands in Slack: the same decisions as elsewhere, and the answer noted where it was asked."""

from engine.reasons import Reason
from engine.store import asks
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_C
from tests.slack.deliveries import CHANNEL, RESPONSE_URL, a_command
from tests.slack.world import World


def test_a_deploy_that_is_typed_makes_the_release(shop: World) -> None:
    ask = shop.types("deploy acme/shop@main to production")
    release = shop.release()
    assert (release.sha, release.door, release.requested_by) == (SHA_C, "slack", "ada")
    assert (ask.state, ask.about, ask.login, ask.repository_id) == (asks.WORKING, release.id, "ada", REPOSITORY_ID)


def test_the_ask_knows_where_it_was_asked(shop: World) -> None:
    ask = shop.types("deploy acme/shop@main to production")
    assert (ask.channel, ask.response_url, ask.thread) == (CHANNEL, RESPONSE_URL, "")
    assert ask.written == "deploy acme/shop@main to production"


def test_its_answer_and_its_root_message_are_due(shop: World) -> None:
    ask = shop.types("deploy acme/shop@main to production")
    assert shop.marks("slack_reply") == [f"slack_reply:{ask.delivery}"]
    about = f"slack:{REPOSITORY_ID}:{shop.acme.id}:{CHANNEL}:{ask.about}:root"
    assert about in shop.marks("slack_message")


def test_a_repository_that_no_delivery_has_told_of_is_asked_for(world: World) -> None:
    ask = world.types("deploy acme/shop@main to production")
    assert ask.about == world.release().id


def test_a_preview_is_built_of_the_pull_request_that_is_named(shop: World) -> None:
    shop.at_github()
    ask = shop.types("preview acme/shop#1")
    assert ask.state == asks.WORKING
    assert ask.about.startswith("pv_")
    assert "is being built" in ask.answer
    assert "/jobs/bld_" in ask.answer


def test_a_command_about_a_pull_request_needs_its_number(shop: World) -> None:
    assert shop.types("preview acme/shop").reason == Reason.WHICH_PULL_REQUEST


def test_status_is_told(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    ask = shop.types("status acme/shop")
    assert ask.state == asks.DONE
    assert "production" in ask.answer


def test_what_was_answered_at_once_is_not_answered_again(shop: World) -> None:
    for text in ("help", "", "deplooy acme/shop"):
        key = shop.receive("command", a_command(text))
        shop.run(key)
        assert (shop.asked(key), shop.delivery(key).state) == (None, "handled")
    assert shop.marks("slack_reply") == []


def test_what_opens_a_modal_is_done_in_web(shop: World) -> None:
    for text in ("deploy", "env set acme/shop"):
        key = shop.receive("command", a_command(text))
        shop.run(key)
        assert shop.asked(key) is None
        assert shop.audit() == []


def test_a_mention_is_answered_whatever_it_says(shop: World) -> None:
    assert "/slipway deploy" in shop.mentions("help").answer
    assert shop.mentions("deplooy acme/shop").reason == Reason.UNKNOWN_COMMAND
    assert shop.mentions("deploy acme/shop").state in (asks.WORKING, asks.REFUSED)


def test_a_value_behind_a_mention_is_kept_nowhere(shop: World) -> None:
    ask = shop.mentions("env set production API_KEY=swordfish")
    assert ask.state == asks.REFUSED
    assert "swordfish" not in f"{ask}{shop.audit()}"
    assert b"swordfish" not in shop.delivery(ask.delivery).body


def test_an_ask_never_shows_on_github(shop: World) -> None:
    shop.at_github()
    shop.types("preview acme/shop#1")
    with shop.database.read() as connection:
        assert asks.newest(connection, REPOSITORY_ID, 1, 10) == []


def test_a_release_that_is_asked_for_twice_is_made_once(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    shop.types("deploy acme/shop@main to production")
    assert len(shop.releases()) == 1


def test_a_commit_can_be_named(shop: World) -> None:
    shop.at_github()
    shop.types(f"deploy acme/shop@{SHA_A} to production")
    assert shop.release().sha == SHA_A
