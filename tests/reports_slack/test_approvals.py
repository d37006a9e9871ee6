"""What waits for an approval, who is told of it, and when the buttons go."""

import pytest

from engine.domain.build import BuildState
from engine.domain.release import DeployState
from engine.slack.buttons import Bound, decode
from tests.reports.project import SHA_A, SHA_B, SHA_C, WAY
from tests.reports_slack.office import Office, waiting_for_approval
from tests.reports_slack.slack import Slack


@pytest.fixture
def office(quick_office: Office) -> Office:
    """What is decided here is the same on each kind of database."""
    return quick_office


def test_only_named_deployers_who_are_linked_are_asked_to_approve(office: Office, slack: Slack) -> None:
    office.project.environment("production", deployers=["ada", "Bob", "eve"], approvals=1)
    office.knows("UADA", "ada")
    office.knows("UBOB", "bob")
    office.knows("UZOE", "zoe")
    office.subscribe()
    waiting_for_approval(office.project)
    office.send()
    said = "\n".join(each.words for each in slack.said)
    assert said.count("<@") == 1
    assert "<@UBOB> *v1* of *production* needs 1 approval." in said


def test_where_no_deployers_are_named_nobody_is_mentioned(office: Office, slack: Slack) -> None:
    office.knows("UBOB", "bob")
    office.subscribe()
    waiting_for_approval(office.project)
    office.send()
    assert all("<@" not in each.words for each in slack.said)
    assert "Anybody but `ada` with write permission can open it" in slack.roots()[0].words


def test_an_approval_stands_in_the_thread_and_then_says_who_gave_it(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = waiting_for_approval(office.project)
    gate = office.project.gate(release)
    office.send()
    (root,) = slack.roots()
    assert list(root.buttons) == ["Approve", "Reject", "What would ship", "Cancel"]
    assert {decode(each["value"]) for each in root.buttons.values()} == {Bound(release.id, release.sha)}
    office.project.vote(gate, "bob")
    office.project.move(release, *WAY)
    office.send()
    assert list(root.buttons) == ["Cancel"]
    assert "approved by `bob`." in slack.thread(root)[1].words


def test_a_push_takes_the_buttons_of_what_waited(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = waiting_for_approval(office.project)
    gate = office.project.gate(release)
    office.send()
    office.project.void(gate)
    office.project.move(release, DeployState.CANCELLED, message="A push came")
    office.send()
    (root,) = slack.roots()
    assert list(root.buttons) == ["Retry"]
    assert "void. A push came" in slack.thread(root)[1].words
    office.project.release(sha=SHA_B)
    office.send()
    assert root.buttons == {}


def test_a_push_that_isnt_built_takes_the_buttons_of_the_preview(office: Office, slack: Slack) -> None:
    office.subscribe()
    preview = office.preview()
    build = office.build(preview, SHA_A)
    office.go(build, BuildState.STARTING, BuildState.FAILED, cause="It broke.")
    office.send()
    (root,) = slack.roots()
    assert sorted(root.buttons) == ["Log", "Retry"]
    office.head(12, SHA_C)
    office.asked(preview.id, "C1")
    office.send()
    assert "Retry" not in root.buttons


def test_a_message_that_somebody_deleted_is_not_said_again(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.send()
    slack.said.clear()
    office.project.deploy(release)
    office.settle()
    assert slack.said == []
    assert slack.calls["chat.postMessage"] == 2
