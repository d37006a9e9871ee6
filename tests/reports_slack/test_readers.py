"""A channel hears of a repository for as long as somebody who wanted it there may read it."""

from engine.errors import Unreachable
from tests.reports.project import SHA_B
from tests.reports_slack.office import Office
from tests.reports_slack.slack import Slack


def test_a_channel_hears_nothing_new_once_its_subscriber_lost_the_right_to_read(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.settle()
    (root,) = slack.roots()
    before = root.text
    office.gone.add("ada")
    office.project.fail(release)
    office.project.release(sha=SHA_B)
    office.settle()
    assert ([each.text for each in slack.roots()], slack.thread(root)[1:]) == ([before], [])
    assert "may read the repository any more" in office.troubles()[0]


def test_who_asked_there_and_may_read_is_reason_enough(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.gone.add("ada")
    office.asked(office.project.release().id, "C1", user="UBOB", login="bob")
    office.settle()
    assert len(slack.roots()) == 1


def test_a_new_subscription_by_somebody_who_may_read_is_heard_again(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.gone.add("ada")
    release = office.project.release()
    office.settle()
    assert slack.said == []
    office.gone.clear()
    office.subscribe()
    office.project.deploy(release)
    office.settle()
    assert [each.text for each in slack.roots()] == ["acme/shop → production: deployed v1"]


def test_a_channel_is_told_while_github_is_away(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.away = Unreachable("GitHub is away")
    office.project.release()
    office.settle()
    assert len(slack.roots()) == 1
