"""Whatever people and programs wrote, reports of deploys keep their structure, mention nobody and refer to nothing."""

from dataclasses import replace

import pytest

from engine.domain.gate import Gate, GateKind, GateState, Vote
from engine.domain.release import DeployState, Waiting
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
from tests.deploy.values import ENVIRONMENT
from tests.deploy.values import RELEASE as A_RELEASE
from tests.reports.hostile import HOSTILE
from tests.reports.test_hostile import LIVE, UNSEEN, rendered

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))
SHOP = StoredRepository(7, 1, "acme/shop", "main", True, "https://example.com/acme/shop.git", True)
SHA = "a" * 40
NOON = 1_795_230_240.0
RELEASE = replace(
    A_RELEASE,
    state=DeployState.FAILED,
    waiting=Waiting.NOTHING,
    status_message="x",
    cause_code="exited",
    cause="x",
    fix="x",
    door="push",
    automatic=True,
    created_at=NOON,
    started_at=NOON,
    finished_at=NOON,
)


def a_view(value: str, state: DeployState = DeployState.FAILED) -> ReleaseView:
    """A release in which everything that is foreign is this."""
    foreign = replace(RELEASE, state=state, status_message=value, cause=value, fix=value, requested_by=value or "x")
    return ReleaseView("inst", SHOP, ENVIRONMENT, foreign, False, None, a_gate(value), "serving", NOON)


def a_gate(value: str) -> Gate:
    """The same of its gate."""
    votes = (Vote(value or "x", True, NOON),)
    return Gate("gate_1", 1, 7, GateKind.DEPLOY, "dep_1", SHA, GateState.WAITING, value or "x", 2, votes, NOON, None)


def comment_on_commit(value: str) -> str:
    """What is said on a commit."""
    mended = replace(RELEASE, id="dep_2", number=2)
    view = CommitDeploys("inst", SHOP, ENVIRONMENT, SHA, a_view(value), mended)
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
