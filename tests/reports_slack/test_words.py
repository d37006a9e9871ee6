"""What the one message says in every state, and what it offers."""

import pytest

from engine.domain.build import BuildState
from engine.domain.release import DEPLOY_LABELS, DeployState
from engine.slack.buttons import Bound, decode
from tests.reports.project import BROKE, SHA_A, SHA_B, WAY
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack


@pytest.fixture
def office(quick_office: Office) -> Office:
    """What is decided here is the same on each kind of database."""
    return quick_office


def test_what_dies_after_it_was_deployed_is_said_too_and_again_when_it_dies_again(office: Office, slack: Slack) -> None:
    office.subscribe("C1", "failures")
    office.project.deploy(office.project.release())
    office.send()
    assert slack.roots() == []
    office.project.die("production", "It ran out of memory.")
    office.send()
    (root,) = slack.roots()
    assert root.text == "acme/shop → production: down: v1"
    assert "*Cause:* It ran out of memory." in root.words


def test_a_release_that_another_replaced_says_so_and_offers_nothing_any_more(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.project.deploy(office.project.release())
    office.send()
    office.project.deploy(office.project.release(sha=SHA_B))
    office.send()
    old, new = slack.roots()
    assert "then replaced by v2" in old.words
    assert old.buttons == {}
    assert sorted(new.buttons) == ["Open", "Roll back"]
    assert decode(new.buttons["Roll back"]["value"]) == Bound(office.project.known("production").release_id, SHA_B)


def test_what_serves_no_more_says_so(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.project.deploy(office.project.release())
    office.send()
    office.project.end("production")
    office.send()
    assert slack.roots()[0].buttons == {}


def test_a_preview_is_ready_then_removed(office: Office, slack: Slack) -> None:
    office.subscribe()
    preview = office.preview()
    build = office.build(preview, SHA_A)
    office.go(build, BuildState.STARTING, BuildState.BUILD)
    office.send()
    assert slack.roots()[0].text == "acme/shop #12: preview building"
    office.go(build, BuildState.FAILED, cause=BROKE.sentence, fix=BROKE.fix)
    office.send()
    root = slack.roots()[0]
    assert root.text == "acme/shop #12: preview failed"
    assert sorted(root.buttons) == ["Log", "Retry"]
    assert [each.broadcast for each in slack.thread(root)] == [False, True]


@pytest.mark.parametrize("state", list(DeployState))
def test_every_state_of_a_release_has_words(state: DeployState, office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    for each in _way_to(state):
        office.project.move(release, each)
    office.send()
    (root,) = slack.roots()
    word = {DeployState.PENDING: "queued"}.get(state, DEPLOY_LABELS[state].lower())
    assert root.text.startswith(f"acme/shop → production: {word}")
    assert "v1" in root.text


@pytest.mark.parametrize("state", list(BuildState))
def test_every_state_of_a_build_has_words(state: BuildState, office: Office, slack: Slack) -> None:
    office.subscribe()
    build = office.build(office.preview(), SHA_A)
    if state is not BuildState.QUEUED:
        office.go(build, state)
    office.send()
    (root,) = slack.roots()
    assert root.text.startswith("acme/shop #12: preview ")
    assert len(root.text) > len("acme/shop #12: preview ")


def _way_to(state: DeployState) -> list[DeployState]:
    """How a release comes there."""
    ways = {
        DeployState.PENDING: [],
        DeployState.SECURITY_SCANNING: [*WAY[:1]],
        DeployState.BUILDING: [*WAY[:2]],
        DeployState.DEPLOYING: [*WAY],
        DeployState.SECURITY_FAILED: [*WAY[:1], state],
        DeployState.FAILED: [*WAY, state],
        DeployState.CANCELLED: [state],
        DeployState.DEPLOYED: [*WAY, state],
        DeployState.ROLLING_BACK: [*WAY, state],
        DeployState.ROLLED_BACK: [*WAY, DeployState.ROLLING_BACK, state],
    }
    return ways[state]
