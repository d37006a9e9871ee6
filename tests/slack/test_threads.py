"""What is said in the thread of a message of ours is about what that message is about."""

import pytest

from engine.domain.gate import GateState
from engine.domain.release import DeployState
from engine.reasons import Reason
from engine.store import asks, environments, previews, slack_messages
from engine.store.slack_messages import Message
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, SHA_C
from tests.slack.deliveries import BOB, CHANNEL, ROOT
from tests.slack.world import TWO, World


def stands(world: World, about: str, ts: str = ROOT) -> None:
    """A message about it stands in the channel."""
    subject = f"slack:{REPOSITORY_ID}:{world.acme.id}:{CHANNEL}:{about}:root"
    with world.database.write() as connection:
        slack_messages.note(connection, Message(world.acme.id, CHANNEL, ts, subject, about, 1000.0))


@pytest.fixture
def served(shop: World) -> World:
    """Two releases went to staging; the thread is about the newer one."""
    shop.configure(TWO)
    shop.repository.files[SHA_B] = {"slipway.yml": TWO.encode()}
    shop.types("deploy acme/shop@main to staging")
    shop.ends(shop.releases()[-1], DeployState.SECURITY_SCANNING, DeployState.DEPLOYING, DeployState.DEPLOYED)
    shop.history.add(SHA_B, SHA_C, branch="main")
    shop.types("deploy acme/shop@main to staging")
    shop.ends(shop.releases()[-1], DeployState.SECURITY_SCANNING, DeployState.DEPLOYING, DeployState.DEPLOYED)
    stands(shop, shop.releases()[-1].id)
    return shop


def test_rollback_means_that_threads_deploy(served: World) -> None:
    ask = served.mentions("rollback", thread=ROOT)
    back = served.releases()[-1]
    assert (ask.about, back.source_id, back.kind) == (back.id, served.releases()[0].id, "rollback")


def test_the_thread_is_where_the_answer_goes(served: World) -> None:
    assert served.mentions("rollback --plan", thread=ROOT).thread == ROOT


def test_an_environment_that_is_named_counts_more_than_the_thread(served: World) -> None:
    ask = served.mentions("lock production hotfix", thread=ROOT)
    assert (ask.state, "production" in ask.answer) == (asks.DONE, True)
    assert "staging" in served.mentions("lock hotfix", thread=ROOT).answer


def test_another_repository_that_is_named_counts_more_than_the_thread(served: World) -> None:
    assert served.mentions("rollback globex/secret", thread=ROOT).reason == Reason.NO_SUCH_REPOSITORY


def test_in_a_strange_thread_nothing_is_meant(served: World) -> None:
    assert served.mentions("rollback", thread="1790000005.000500").reason == Reason.WHICH_REPOSITORY


def test_approve_means_the_release_of_the_thread(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    stands(shop, shop.release().id)
    assert shop.mentions("approve", thread=ROOT).reason == Reason.OWN_APPROVAL
    assert shop.mentions("approve", BOB, thread=ROOT).state == asks.DONE
    assert shop.gate().state is GateState.APPROVED


def test_reject_takes_its_reason_along(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    stands(shop, shop.release().id)
    assert "not on a friday" in shop.mentions("reject not on a friday", BOB, thread=ROOT).answer
    assert shop.release().state is DeployState.CANCELLED


def test_cancel_ends_the_deploy_of_the_thread(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    stands(shop, shop.release().id)
    assert shop.mentions("cancel", thread=ROOT).state == asks.DONE
    assert shop.release().state is DeployState.CANCELLED


def test_in_a_previews_thread_its_pull_request_is_meant(shop: World) -> None:
    shop.at_github()
    shop.repository.files[SHA_A] = {}
    preview = shop.types("preview acme/shop#1").about
    stands(shop, preview)
    assert shop.mentions("logs", thread=ROOT).reason == Reason.NO_LOG
    assert shop.mentions("preview stop", thread=ROOT).state == asks.DONE
    assert shop.sql(previews.by_id, preview).life == "stopped"


def test_deploy_in_a_previews_thread_deploys_its_pull_request(shop: World) -> None:
    shop.at_github()
    stands(shop, shop.types("preview acme/shop#1").about)
    shop.mentions("deploy to production", thread=ROOT)
    release = shop.release()
    assert (release.sha, release.number_of_pull_request) == (SHA_A, 1)
    assert shop.sql(environments.by_id, release.environment_id).name == "production"
