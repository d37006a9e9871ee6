"""One message for a release or a preview, edited as it moves, its details in its thread."""

from engine.domain.release import DeployState
from engine.errors import Cause
from engine.slack.buttons import Bound, decode
from tests.reports.project import WAY
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack


def test_a_deploy_from_queued_to_deployed_is_one_message_that_is_edited(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.send()
    (root,) = slack.roots()
    assert root.text == "acme/shop → production: queued v1"
    for state in WAY:
        office.project.move(release, state)
        office.send()
    office.project.serve(release)
    office.project.move(release, DeployState.DEPLOYED)
    office.send()
    assert slack.roots() == [root]
    assert root.edits == 4
    assert root.text == "acme/shop → production: deployed v1"
    assert root.words.startswith("✅ *acme/shop* → *production*: deployed <http")
    assert root.buttons["Open"]["url"].startswith("http://production--shop-")


def test_the_details_are_one_message_in_the_thread_with_each_step_and_its_time(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.send()
    office.project.deploy(release)
    office.send()
    (details,) = slack.thread(slack.roots()[0])
    steps = details.words.split("\n")[1:]
    assert [step.split("  ")[1].split(":")[0] for step in steps] == [
        "*Waiting",
        "*Security Scanning",
        "*Building",
        "*Deploying",
        "*Deployed",
    ]
    assert all(step.startswith("<!date^") for step in steps)
    assert not details.broadcast


def test_what_says_the_same_as_before_is_not_sent_again(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.send()
    calls = sum(slack.calls.values())
    office.asked(release.id, "C1")
    office.send()
    assert sum(slack.calls.values()) == calls


def test_a_failure_is_said_once_in_the_thread_and_in_the_channel_too(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.subscribe("C2")
    release = office.project.release()
    office.asked(release.id, "C1")
    office.send()
    office.project.fail(release, Cause("It exited with 1 (app.py:3)", "Mend it and push.", "exited"))
    office.send()
    office.asked(release.id, "C1")
    office.send()
    (root,) = slack.roots()
    failures = [each for each in slack.thread(root) if each.broadcast]
    assert [each.edits for each in failures] == [0]
    assert failures[0].words.startswith("<@UADA> ❌ *v1* of *production*: failed.")
    assert "*Cause:* It exited with 1 (app.py:3)." in failures[0].words
    assert "*Fix:* Mend it and push." in root.words
    assert [each.words.count("<@") for each in slack.thread(slack.roots("C2")[0])] == [0, 0]


def test_twenty_pushes_to_a_pull_request_are_one_message(office: Office, slack: Slack) -> None:
    office.subscribe()
    preview = office.preview()
    for number in range(20):
        office.build(preview, f"{number:040x}")
        office.send()
    (root,) = slack.roots()
    assert root.edits == 19
    assert "*acme/shop* #" in root.words.replace("\u200b", "")
    assert "Fix the cart" in root.words
    assert decode(root.buttons["Cancel"]["value"]) == Bound(preview.id, f"{19:040x}")
