"""Modals that were sent off: decided by the desk's rules, and secret values leave no trace."""

from typing import Any

import orjson
import pytest

from engine.domain.gate import GateState
from engine.domain.release import DeployState
from engine.reasons import Reason
from engine.slack.submissions import Noted
from engine.store import asks
from engine.store.slack_asks import SlackAsk
from engine.variables.variables import variables_of
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, SHA_C
from tests.slack.deliveries import ADA, BOB, CHANNEL, EVE, MALLORY, ROOT, a_submission
from tests.slack.world import SECRET_ID, World


def fields(**values: str) -> dict[str, Any]:
    """A modal's fields: texts, and choices for the project and the environment."""
    chosen = {"project", "environment"}
    return {
        name: {name: {"selected_option": {"value": value}} if name in chosen else {"value": value}}
        for name, value in values.items()
    }


def sends(world: World, callback: str, noted: Noted, user: str = ADA, **values: str) -> SlackAsk:
    """A modal is sent off; the ask afterwards."""
    return world.takes("interaction", a_submission(callback, noted.json, fields(**values), user))


def deploy(world: World, user: str = ADA, sha: str = SHA_C, project: int = REPOSITORY_ID) -> SlackAsk:
    """The modal for a deploy of main, whose commit was seen."""
    noted = Noted(CHANNEL, repository_id=project, environment="production", ref="main", sha=sha)
    return sends(world, "deploy", noted, user, project=str(project), environment="production", ref="main")


def test_a_deploy_that_was_chosen_is_made_and_told_where_it_was_opened(shop: World) -> None:
    ask = deploy(shop)
    assert (ask.about, ask.channel, ask.response_url) == (shop.release().id, CHANNEL, "")
    assert (shop.release().sha, shop.release().door) == (SHA_C, "slack")
    assert shop.marks("slack_message") != []


def test_a_commit_that_was_seen_is_deployed_or_nothing(shop: World) -> None:
    shop.history.add(SHA_B, SHA_C, branch="main")
    assert deploy(shop, sha=SHA_C).state == asks.REFUSED
    assert shop.releases() == []


@pytest.mark.parametrize(("user", "reason"), [(EVE, Reason.NOT_PERMITTED), (MALLORY, Reason.NOT_LINKED)])
def test_who_may_not_deploys_nothing(shop: World, user: str, reason: Reason) -> None:
    assert deploy(shop, user).reason == reason
    assert [line.outcome for line in shop.audit()] == [f"refused:{reason}"]


def test_a_project_that_they_may_not_read_isnt_there(shop: World) -> None:
    missing = deploy(shop, project=99)
    shop.know("globex/secret", SECRET_ID)
    foreign = deploy(shop, project=SECRET_ID)
    assert (foreign.reason, foreign.answer, foreign.written) == (missing.reason, missing.answer, missing.written)
    assert foreign.reason == Reason.NO_SUCH_REPOSITORY
    assert shop.releases() == []


def test_a_rejection_takes_its_reason_along(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    noted = Noted(CHANNEL, ROOT, REPOSITORY_ID, "production", sha=SHA_C, about=shop.release().id)
    ask = sends(shop, "reject", noted, BOB, reason="not on a friday")
    assert "not on a friday" in ask.answer
    assert shop.gate().state is GateState.REJECTED


def test_a_rejection_of_another_commit_is_stale(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    noted = Noted(CHANNEL, ROOT, REPOSITORY_ID, "production", sha=SHA_A, about=shop.release().id)
    assert sends(shop, "reject", noted, BOB, reason="no").reason == Reason.STALE_BUTTON
    assert shop.gate().state is GateState.WAITING


def test_a_plan_of_what_serves_no_more_is_stale(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    release = shop.release()
    noted = Noted(CHANNEL, "", REPOSITORY_ID, "production", about=release.id, serving=release.id, older="dep_1")
    assert sends(shop, "rollback", noted).reason == Reason.STALE_BUTTON


def test_a_secret_is_set_and_left_nowhere_else(shop: World) -> None:
    shop.types("deploy acme/shop@main to production")
    body = a_submission(
        "secret",
        Noted(CHANNEL).json,
        fields(project=str(REPOSITORY_ID), environment="production", key="API_KEY", value="swordfish"),
    )
    key = shop.receive("interaction", body)
    assert b"swordfish" not in shop.delivery(key).body
    shop.run(key)
    assert shop.ask(key).state == asks.DONE
    environment = shop.release().environment_id
    values = shop.sql(variables_of(shop.settings).listing, environment)
    assert [(each.key, each.is_secret, each.set_by) for each in values] == [("API_KEY", True, "ada")]
    assert "swordfish" not in f"{shop.ask(key)}{shop.audit()}"


@pytest.mark.parametrize("user", [ADA, MALLORY])
def test_a_sealed_value_is_erased_once_it_is_used_or_refused(shop: World, user: str) -> None:
    values = fields(project=str(REPOSITORY_ID), environment="production", key="API_KEY", value="swordfish")
    key = shop.receive("interaction", a_submission("secret", Noted(CHANNEL).json, values, user))
    before = len(shop.delivery(key).body)
    shop.run(key)
    assert len(shop.delivery(key).body) < before - 100


def test_a_modal_that_isnt_ours_asks_nothing(shop: World) -> None:
    for callback in ("ship", "", "nonsense"):
        key = shop.receive("interaction", a_submission(callback, orjson.dumps({}).decode(), {}))
        shop.run(key)
        assert shop.asked(key) is None


def test_a_rollback_is_confirmed_by_its_plan(shop: World) -> None:
    first = deploy(shop).about
    _serves(shop)
    shop.history.add(SHA_B, SHA_C, branch="main")
    shop.repository.files[SHA_B] = shop.repository.files[SHA_C]
    second = deploy(shop, sha=SHA_B).about
    _serves(shop)
    noted = Noted(CHANNEL, "", REPOSITORY_ID, "production", about=second, serving=second, older=first)
    ask = sends(shop, "rollback", noted)
    assert (ask.about, shop.releases()[-1].source_id) == (shop.releases()[-1].id, first)


def _serves(world: World) -> None:
    """The newest release is approved and serves."""
    release = world.releases()[-1]
    world.presses("approve", release.id, release.sha, BOB)
    world.ends(release, DeployState.SECURITY_SCANNING, DeployState.DEPLOYING, DeployState.DEPLOYED)
