"""What comments, buttons and pushes ask of environments, from the delivery to the release and the answer."""

from typing import Any

import pytest

from engine.domain.gate import GateState
from engine.domain.job import JobKind
from engine.domain.release import DeployState, Waiting
from engine.errors import Unreachable
from engine.reasons import Reason
from engine.store import asks, audit, environments
from engine.store.deploy_schema import releases as release_rows
from tests.forge.payloads import (
    FORK_ID,
    REPOSITORY_ID,
    SHA_A,
    SHA_B,
    SHA_C,
    a_comment_event,
    a_pull_request_event,
    a_push_event,
    an_account,
)
from tests.intake.deploying import (
    ONE,
    TWO,
    all_releases,
    configure,
    goes_live,
    open_shop,
    press,
    push,
    push_branch,
    say,
    the_gate,
    the_release,
)
from tests.intake.world import World


@pytest.fixture
def shop(world: World) -> World:
    """A repository whose pull request's head is SHA_A, on top of main's SHA_C; no slipway.yml."""
    return open_shop(world)


def test_a_deploy_is_of_the_head_that_was_there_when_it_was_asked_for(shop: World) -> None:
    ask = say(shop, "/deploy")
    release = the_release(shop)
    assert (release.sha, release.ref, release.requested_by, release.door) == (
        SHA_A,
        "refs/pull/1/head",
        "writer",
        "comment",
    )
    assert (ask.state, ask.release_id, release.ask) == (asks.WORKING, release.id, ask.delivery)
    assert shop.jobs(JobKind.DEPLOY) == [release.id]
    assert "production" in ask.answer


@pytest.mark.parametrize(
    ("command", "sha", "ref"),
    [
        ("/deploy main", SHA_C, "refs/heads/main"),
        ("/deploy production main", SHA_C, "refs/heads/main"),
        ("/deploy Production", SHA_A, "refs/pull/1/head"),
        (f"/deploy {SHA_C[:8]}", SHA_C, ""),
        ("/slipway deploy production", SHA_A, "refs/pull/1/head"),
    ],
)
def test_words_are_an_environment_a_ref_or_both(shop: World, command: str, sha: str, ref: str) -> None:
    assert say(shop, command).release_id
    assert (the_release(shop).sha, the_release(shop).ref) == (sha, ref)


def test_the_same_delivery_twice_makes_one_release(shop: World) -> None:
    key = shop.receive("issue_comment", a_comment_event("/deploy"))
    outcomes = [shop.begin(key), shop.begin(key)]
    for each in outcomes:
        shop.finish(each)
    assert len(all_releases(shop)) == 1


@pytest.mark.parametrize(
    ("command", "sender", "reason"),
    [
        ("/deploy", "reader", Reason.NOT_PERMITTED),
        ("/deploy", "stranger", Reason.NOT_PERMITTED),
        ("/deploy nowhere main", "writer", Reason.NO_SUCH_ENVIRONMENT),
        ("/deploy no-such-branch", "writer", Reason.NO_SUCH_REF),
        ("/rollback", "writer", Reason.NO_PREVIOUS_RELEASE),
        ("/rollback v7", "writer", Reason.NO_SUCH_RELEASE),
        ("/approve", "writer", Reason.NOTHING_TO_APPROVE),
        ("/reject dep_0123456789abcdef", "writer", Reason.NOTHING_TO_APPROVE),
        ("/unlock", "writer", Reason.NOT_LOCKED),
        ("/restart", "writer", Reason.NOTHING_DEPLOYED),
        ("/cancel staging", "writer", Reason.NO_SUCH_ENVIRONMENT),
        ("/env unset KEY", "writer", Reason.NO_SUCH_VARIABLE),
    ],
)
def test_a_refusal_has_one_code_and_makes_nothing(shop: World, command: str, sender: str, reason: Reason) -> None:
    ask = say(shop, command, sender)
    assert (ask.state, ask.reason) == (asks.REFUSED, reason)
    assert ask.answer.count(f"`{reason}`") == 1
    assert all_releases(shop) == []
    assert shop.jobs(JobKind.DEPLOY) == []


def test_d2_a_push_between_the_comment_and_its_job_refuses_and_names_both(shop: World) -> None:
    key = shop.receive("issue_comment", a_comment_event("/deploy"))
    push(shop, SHA_B)
    shop.run(key)
    assert shop.ask(key).reason == Reason.HEAD_MOVED
    assert SHA_A[:7] in shop.ask(key).answer
    assert SHA_B[:7] in shop.ask(key).answer
    assert all_releases(shop) == []


def test_a_forks_commit_is_never_deployed_approved_or_not(shop: World) -> None:
    fork: dict[str, Any] = {
        "head": {"ref": "x", "sha": SHA_B, "repo": {"id": FORK_ID}},
        "user": an_account("outsider"),
    }
    shop.at_github(**fork)
    shop.take_in("pull_request", a_pull_request_event("synchronize", **fork))
    say(shop, "/approve")
    assert say(shop, "/deploy").reason == Reason.FORK_NEEDS_APPROVAL
    assert all_releases(shop) == []


def test_an_approval_by_another_lets_it_go_on_and_ones_own_does_not(shop: World) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    assert (the_release(shop).state, the_release(shop).waiting) == (DeployState.PENDING, Waiting.APPROVAL)
    assert say(shop, "/approve").reason == Reason.OWN_APPROVAL
    assert shop.jobs(JobKind.DEPLOY) == []
    assert say(shop, "/approve", "admin").state == asks.DONE
    assert the_gate(shop).state is GateState.APPROVED
    assert shop.jobs(JobKind.DEPLOY) == [the_release(shop).id]


def test_a_rejection_with_its_reason_ends_the_release(shop: World) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    assert say(shop, "/reject too risky on a Friday", "admin").state == asks.DONE
    assert the_release(shop).state is DeployState.CANCELLED
    assert "too risky on a Friday" in the_release(shop).status_message


def test_d5_a_push_makes_an_approval_void(shop: World) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    push(shop, SHA_B)
    assert the_gate(shop).state is GateState.VOID
    assert the_release(shop).state is DeployState.CANCELLED
    assert shop.ask(press(shop, "approve", "admin")).state == asks.REFUSED
    assert say(shop, "/approve", "admin").reason == Reason.NOTHING_TO_APPROVE
    assert shop.jobs(JobKind.DEPLOY) == []


def test_a_push_to_an_environments_branch_deploys(shop: World) -> None:
    configure(shop, TWO)
    shop.history.add(SHA_B, SHA_C)
    note = push_branch(shop, "refs/heads/main", SHA_C, SHA_B)
    release = the_release(shop)
    assert (release.sha, release.ref, release.automatic, release.door) == (SHA_B, "refs/heads/main", True, "push")
    assert release.id in note
    assert shop.jobs(JobKind.DEPLOY) == [release.id]


@pytest.mark.parametrize("ref", ["refs/heads/feature/main", "refs/tags/main", "refs/heads/mainline", "refs/heads/Main"])
def test_a_push_to_another_ref_deploys_nothing(shop: World, ref: str) -> None:
    configure(shop, TWO)
    push_branch(shop, ref, SHA_C, SHA_B)
    assert all_releases(shop) == []


def test_a_push_that_github_cannot_be_asked_about_makes_approvals_void_all_the_same(shop: World) -> None:
    configure(shop, TWO)
    push_branch(shop, "refs/heads/main", "0" * 40, SHA_C)
    say(shop, "/deploy production main")
    key = shop.receive("push", a_push_event("refs/heads/main", SHA_C, SHA_B))
    shop.forge.outage = Unreachable("GitHub is away")
    shop.bury(key)
    waited = next(each for each in all_releases(shop) if each.approvals_needed)
    assert waited.state is DeployState.CANCELLED
    assert shop.delivery(key).state == "handled"


def test_cancel_alone_ends_the_deploy_that_was_asked_for_here(shop: World) -> None:
    configure(shop, ONE)
    with shop.database.write() as connection:
        connection.execute(release_rows.delete())
    shop.stop_preview()
    say(shop, "/deploy")
    assert say(shop, "/cancel").state in (asks.DONE, asks.WORKING)
    assert the_release(shop).state is DeployState.CANCELLED


def test_cancel_with_an_environment_ends_its_deploy_and_leaves_the_build(shop: World) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    say(shop, "/cancel production", "admin")
    assert the_release(shop).state is DeployState.CANCELLED
    assert [build.state for build in shop.builds()] == ["queued"]


def test_a_lock_refuses_others_with_holder_and_reason(shop: World) -> None:
    assert say(shop, "/lock production moving house", "admin").state == asks.DONE
    refused = say(shop, "/deploy")
    assert refused.reason == Reason.LOCKED
    assert "admin" in refused.answer
    assert "moving house" in refused.answer


def test_status_shows_every_environment(shop: World) -> None:
    configure(shop, TWO)
    say(shop, "/deploy staging")
    goes_live(shop, the_release(shop))
    say(shop, "/deploy production")
    say(shop, "/lock staging because of the fair", "admin")
    answer = say(shop, "/status", "reader").answer
    rows = {line.split("|")[1].strip(): line for line in answer.splitlines() if line.startswith("|")}
    staging = next(line for name, line in rows.items() if "staging" in name)
    production = next(line for name, line in rows.items() if "production" in name)
    assert f"`v1` of `{SHA_A[:7]}`" in staging
    assert "`@admin` since" in staging
    assert "because of the fair" in staging
    assert f"`v1` of `{SHA_A[:7]}`:" in production


def test_status_and_help_name_environments_of_which_nothing_was_asked_yet(shop: World) -> None:
    configure(shop, TWO)
    assert "| `staging` | nothing yet |" in say(shop, "/status", "reader").answer
    assert "Environments here: `staging`, `production`." in say(shop, "/help", "reader").answer


def test_help_of_a_project_without_a_file_names_its_one_environment(shop: World) -> None:
    assert "The environment here: `production`." in say(shop, "/help", "reader").answer


def test_a_broken_file_takes_no_help_away(shop: World) -> None:
    configure(shop, "environments: 7")
    assert "| `/deploy [environment] [ref]` |" in say(shop, "/help", "reader").answer


def test_whoever_asked_is_told_when_github_does_not_answer(shop: World) -> None:
    key = shop.receive("issue_comment", a_comment_event("/deploy"))
    shop.forge.outage = Unreachable("GitHub is away")
    with pytest.raises(Unreachable):
        shop.begin(key)
    shop.bury(key)
    assert shop.ask(key).reason == Reason.UNREACHABLE
    assert all_releases(shop) == []


def test_a_refused_ask_is_in_the_audit_with_its_door(shop: World) -> None:
    say(shop, "/deploy", "reader")
    with shop.database.read() as connection:
        (line,) = [each for each in audit.of_subject(connection, "acme/shop") if each.who == "reader"]
    assert (line.door, line.did, line.outcome) == ("comment", "deploy", f"refused:{Reason.NOT_PERMITTED}")


def test_the_comment_shows_the_answer(shop: World) -> None:
    say(shop, "/deploy", "reader")
    assert "`not_permitted`" in shop.comment_shows()


def test_a_value_that_was_typed_is_neither_kept_nor_repeated(shop: World) -> None:
    ask = say(shop, "/env set production API_KEY=swordfish")
    assert (ask.state, ask.reason) == (asks.REFUSED, Reason.UNKNOWN_COMMAND)
    assert "never typed behind one" in ask.answer
    assert "swordfish" not in f"{ask}{shop.comment_shows()}"


def test_rows_of_another_repository_are_not_reached(shop: World) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    with shop.database.read() as connection:
        assert [each.repository_id for each in environments.every(connection)] == [REPOSITORY_ID]
