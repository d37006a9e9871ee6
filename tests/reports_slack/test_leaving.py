"""What becomes of messages when a repository, a channel or a workspace leaves, and comes back."""

from sqlalchemy import select

from engine.domain.release import DeployState
from engine.intake import departures
from engine.reports.sender import Sender
from engine.reports.slack_reopened import open_again
from engine.settings import Intervals
from engine.slack.client import SlackApi
from engine.store import installations, moves, slack_asks, slack_channels, slack_workspaces
from engine.store.schema import outbox
from engine.store.slack_schema import slack_asks as ask_rows
from tests.reports.project import NOON, SHA_B
from tests.reports_slack.office import Office, waiting_for_approval
from tests.reports_slack.slack import Slack


def test_a_repository_that_passes_to_another_installation_leaves_slack_in_its_own_lane(office: Office) -> None:
    office.subscribe()
    office.project.release()
    with office.database.write() as connection:
        installations.note(connection, 99, "", NOON)
        moves.move(connection, office.project.repository.id, 99)
        ours = select(outbox.c.installation_id).where(outbox.c.reporter == "slack_message")
        assert connection.execute(ours).scalars().all() == [office.workspace.lane]


def test_a_repository_that_leaves_ends_its_messages_though_github_takes_no_report(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.project.release()
    office.send()
    (root,) = slack.roots()
    assert "Cancel" in root.buttons
    with office.database.write() as connection:
        departures.end_all(connection, [office.project.repository.id], "the GitHub App was uninstalled", NOON + 50)
    office.settle()
    assert root.text == "acme/shop → production: cancelled v1"
    assert "Cancel" not in root.buttons


def test_without_a_slack_app_marks_wait_until_there_is_one_again(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.project.release()
    without = Sender(office.database, {}, office.clock, Intervals(), office.clock.stopwatch, office.wall)
    while without.send_due():
        pass
    office.send()
    assert [each.text for each in slack.roots()] == ["acme/shop → production: queued v1"]


def test_a_workspace_that_comes_back_gets_no_second_message_of_what_ran(office: Office, slack: Slack) -> None:
    release = office.project.release()
    office.asked(release.id, "C2")
    office.send()
    with office.database.write() as connection:
        slack_workspaces.leave(connection, office.workspace, "the app was uninstalled there", NOON + 20)
    office.project.move(release, DeployState.SECURITY_SCANNING)
    office.join("T1", "xoxb-acme")
    office.project.move(release, DeployState.BUILDING)
    office.settle()
    assert len(slack.roots("C2")) == 1


def test_a_workspace_that_left_has_left_no_address_that_whoever_has_it_may_post_to(office: Office) -> None:
    ask = slack_asks.SlackAsk("slack:x", office.workspace.id, "UADA", "C2", response_url="https://hooks.slack.com/x")
    with office.database.write() as connection:
        slack_asks.receive(connection, ask)
        slack_workspaces.leave(connection, office.workspace, "the app was uninstalled there", NOON + 20)
        assert connection.execute(select(ask_rows.c.response_url)).scalars().all() == [""]


def test_a_workspace_that_left_keeps_no_sender_busy(office: Office) -> None:
    release = office.project.release()
    office.asked(release.id, "C2")
    with office.database.write() as connection:
        slack_workspaces.leave(connection, office.workspace, "the app was uninstalled there", NOON + 20)
    office.project.fail(release)
    assert office.waiting() == []


class Farewell(SlackApi):
    """Its workspace leaves just when Slack has posted something."""

    def call(self, workspace_id: int, method: str, **payload: object) -> dict[str, object]:
        """As the real one."""
        answer = super().call(workspace_id, method, **payload)
        with self.database.write() as connection:
            workspace = slack_workspaces.by_id(connection, workspace_id)
            assert workspace is not None
            slack_workspaces.leave(connection, workspace, "the app was uninstalled there", NOON + 20)
        return answer


def test_of_a_workspace_that_leaves_while_it_is_posted_there_nothing_is_kept(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.sender = office.another_sender(Farewell)
    office.send()
    assert len(slack.roots()) == 1
    office.project.fail(release)
    assert office.waiting() == []


def test_a_channel_that_is_opened_again_catches_up(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.send()
    with office.database.write() as connection:
        slack_channels.note(connection, office.workspace.id, "C1", trouble="is_archived", trouble_at=NOON)
    office.project.deploy(release)
    waiting = waiting_for_approval(office.project)
    office.project.deploy(office.project.release("staging", sha=SHA_B))
    office.send()
    with office.database.write() as connection:
        open_again(connection, office.workspace.id, "C1")
    office.settle()
    texts = [each.text for each in slack.roots()]
    assert texts == ["acme/shop → production: deployed v1", f"acme/shop → production: waiting {waiting.name}"]


def test_the_first_of_two_approvals_is_shown(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = waiting_for_approval(office.project)
    gate = office.project.gate(office.project.release("staging", sha=SHA_B), 2)
    office.send()
    assert release
    office.project.vote(gate, "bob")
    office.settle()
    said = "\n".join(each.words for each in slack.said).replace("\u200b", "")
    assert "Approved by `bob` so far." in said
