"""Who hears what, who is mentioned, and which buttons stand when."""

import pytest

from engine.domain.build import BuildState
from engine.store import slack_channels
from tests.reports.project import SHA_A, SHA_B
from tests.reports_slack.office import Office, waiting_for_approval
from tests.reports_slack.slack import Slack


def test_a_channel_of_failures_hears_of_nothing_else(office: Office, slack: Slack) -> None:
    office.subscribe("C1", "failures")
    office.project.deploy(office.project.release())
    office.send()
    assert slack.said == []
    failed = office.project.release(sha=SHA_B)
    office.send()
    office.clock.advance(60)
    office.project.fail(failed)
    office.send()
    (root,) = slack.roots()
    assert root.text == "acme/shop → production: failed v2"
    _, failure = slack.thread(root)
    assert not failure.broadcast, "the channel reads it in the message itself"
    office.go(office.build(office.preview(), SHA_A), BuildState.STARTING, BuildState.READY)
    office.send()
    assert slack.roots() == [root]


def test_a_channel_of_approvals_hears_of_what_waits_and_then_of_how_it_went(office: Office, slack: Slack) -> None:
    office.subscribe("C1", "approvals")
    office.project.deploy(office.project.release())
    waiting = waiting_for_approval(office.project)
    office.send()
    (root,) = slack.roots()
    assert root.text == "acme/shop → production: waiting v2"
    office.project.fail(waiting)
    office.send()
    assert [each.broadcast for each in slack.thread(root)] == [False, False]
    assert (slack.roots(), root.text) == ([root], "acme/shop → production: failed v2")


def test_a_channel_of_previews_hears_of_no_deploy(office: Office, slack: Slack) -> None:
    office.subscribe("C1", "previews")
    office.project.deploy(office.project.release())
    office.build(office.preview(), SHA_A)
    office.send()
    assert [each.text for each in slack.roots()] == ["acme/shop #12: preview waiting for a worker"]


def test_where_it_was_asked_it_is_heard_without_a_subscription(office: Office, slack: Slack) -> None:
    release = office.project.release()
    office.asked(release.id, "C3")
    office.send()
    office.project.deploy(release)
    office.send()
    assert [each.text for each in slack.roots("C3")] == ["acme/shop → production: deployed v1"]
    assert slack.roots("C1") == []


def test_what_was_over_before_somebody_subscribed_is_no_news(office: Office, slack: Slack) -> None:
    office.project.deploy(office.project.release())
    office.subscribe(since=office.project.now())
    office.project.deploy(office.project.release(sha=SHA_B))
    office.send()
    assert [each.text for each in slack.roots()] == ["acme/shop → production: deployed v2"]


def test_another_workspace_hears_of_it_too_with_a_message_of_its_own(office: Office, slack: Slack) -> None:
    office.subscribe("C1")
    office.workspace = office.join("T2", "xoxb-globex")
    office.subscribe("C2")
    office.project.release()
    office.send()
    assert sorted(each.channel for each in slack.said if not each.thread) == ["C1", "C2"]


def test_only_whoever_asked_is_told_of_a_failure(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.asked(release.id, "C1", user="UBOB", login="bob")
    office.asked(release.id, "C1")
    office.send()
    office.project.fail(release)
    office.send()
    assert [each.words.count("<@UADA>") for each in slack.said] == [0, 0, 1]
    assert all("<@UBOB>" not in each.words for each in slack.said)


@pytest.mark.parametrize("word", ["is_archived", "channel_not_found"])
def test_a_channel_that_takes_nothing_is_tried_once(word: str, office: Office, slack: Slack) -> None:
    office.subscribe()
    if word == "is_archived":
        slack.archived.add("C1")
    else:
        slack.channels.remove("C1")
    release = office.project.release()
    office.settle()
    office.project.deploy(release)
    office.settle()
    assert slack.calls["chat.postMessage"] == 1
    with office.database.read() as connection:
        assert slack_channels.channel_of(connection, office.workspace.id, "C1").trouble == word
    slack.archived.clear()
    slack.channels.add("C1")
    with office.database.write() as connection:
        slack_channels.clear_trouble(connection, office.workspace.id, "C1")
    office.project.release(sha=SHA_B)
    office.settle()
    assert [each.text for each in slack.roots()] == ["acme/shop → production: queued v2"]
