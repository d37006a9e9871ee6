"""Whatever people and programs wrote, reports of deploys keep their structure, mention nobody and refer to nothing."""

from dataclasses import replace

import pytest

from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateKind, GateState, Vote
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.reports.commit_text import commit_comment_of
from engine.reports.deploy_section import deploy_section, release_answer
from engine.reports.deployment_text import release_deployment_of
from engine.reports.escape import STATUS_LIMIT, one_line, plain
from engine.reports.gate_text import gate_check_of
from engine.reports.gate_view import GateView
from engine.reports.links import Links
from engine.reports.release_view import CommitDeploys, ReleaseView
from engine.settings import read_settings
from engine.store.repositories import StoredRepository
from tests.reports.hostile import HOSTILE
from tests.reports.test_hostile import LIVE, UNSEEN, rendered

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))
SHOP = StoredRepository(7, 1, "acme/shop", "main", True, "https://example.com/acme/shop.git", True)
SHA = "a" * 40
NOON = 1_795_230_240.0
PRODUCTION = Environment(
    id="env_1",
    installation_id=1,
    repository_id=7,
    name="production",
    target="local",
    label="production--shop",
    access="public",
    release_id="",
    generation=1,
    sandbox_id="",
    variables_version=0,
    hold="",
    hold_by="",
    hold_at=0.0,
    rules="",
    retired=False,
    deaths=0,
    death="",
    revive_at=0.0,
    port=0,
)
RELEASE = Release(
    id="dep_1",
    environment_id="env_1",
    installation_id=1,
    repository_id=7,
    number=1,
    kind=ReleaseKind.DEPLOY,
    sha=SHA,
    ref="refs/heads/main",
    artifact="dep_1",
    variables_version=0,
    configuration="{}",
    source_id="",
    state=DeployState.FAILED,
    waiting=Waiting.NOTHING,
    status_message="x",
    cause_code="exited",
    cause="x",
    fix="x",
    ask="",
    requested_by="ada",
    door="push",
    number_of_pull_request=0,
    automatic=True,
    approvals_needed=0,
    stop_wanted="",
    created_at=NOON,
    started_at=NOON,
    finished_at=NOON,
)


def a_view(value: str, state: DeployState = DeployState.FAILED) -> ReleaseView:
    """A release in which everything that is foreign is this."""
    foreign = replace(RELEASE, state=state, status_message=value, cause=value, fix=value, requested_by=value or "x")
    return ReleaseView("inst", SHOP, PRODUCTION, foreign, False, None, a_gate(value), "serving", NOON)


def a_gate(value: str) -> Gate:
    """The same of its gate."""
    votes = (Vote(value or "x", True, NOON),)
    return Gate("gate_1", 1, 7, GateKind.DEPLOY, "dep_1", SHA, GateState.WAITING, value or "x", 2, votes, NOON, None)


def comment_on_commit(value: str) -> str:
    """What is said on a commit."""
    mended = replace(RELEASE, id="dep_2", number=2)
    view = CommitDeploys("inst", SHOP, PRODUCTION, SHA, a_view(value), mended)
    return commit_comment_of(view, LINKS).body.partition("\n\n")[2]


#: Where reports of deploys have foreign text.
PLACES = {
    "failed": lambda value: "\n\n".join([*deploy_section((a_view(value),), LINKS), "after"]),
    "waiting": lambda value: "\n\n".join([*deploy_section((a_view(value, DeployState.PENDING),), LINKS), "after"]),
    "cancelled": lambda value: "\n\n".join([*deploy_section((a_view(value, DeployState.CANCELLED),), LINKS), "after"]),
    "answer": lambda value: f"{release_answer(a_view(value), LINKS)}\n\nafter",
    "gate": lambda value: (
        gate_check_of(GateView("inst", SHOP, a_gate(value), a_view(value, DeployState.PENDING), 0, ""), LINKS).summary
    ),
    "commit": comment_on_commit,
}


@pytest.mark.parametrize("place", list(PLACES))
def test_whatever_it_says_a_report_keeps_its_structure(place: str) -> None:
    usual = rendered(PLACES[place]("word")).tags
    for value in HOSTILE:
        if one_line(value):
            assert rendered(PLACES[place](value)).tags == usual, repr(value)


@pytest.mark.parametrize("place", list(PLACES))
def test_whatever_it_says_nothing_in_a_report_is_live_or_hides(place: str) -> None:
    for value in HOSTILE:
        shown = PLACES[place](value)
        assert not UNSEEN.search(shown), repr(value)
        for words in rendered(shown).words:
            for kind, pattern in LIVE.items():
                assert not pattern.search(words), f"{kind} in {words!r} of {value!r}"


def test_descriptions_fit_and_mention_nobody() -> None:
    for value in HOSTILE:
        (deployment,) = release_deployment_of(a_view(value), LINKS).wanted
        for said in (deployment.description, deployment.status.description, plain(value)):
            assert len(said) <= STATUS_LIMIT
            assert not UNSEEN.search(said)
            assert not LIVE["mention"].search(said), repr(value)
            assert not LIVE["reference"].search(said), repr(value)
