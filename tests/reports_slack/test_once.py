"""Never two messages for one thing: neither with answers that are lost, nor crashes, nor several senders."""

import random
import threading
from collections import Counter

import pytest

from engine.domain.release import DeployState
from engine.reports.port import Subject
from engine.reports.sender import LEASES, Sender
from engine.reports.slack_message import SlackMessage
from engine.reports.slack_message_render import RendersMessages
from engine.reports.slack_readers import SlackReaders
from engine.settings import Intervals
from engine.slack.client import SlackApi
from engine.store import outbox, releases
from tests.reports.project import SHA_B, WAY
from tests.reports_slack.office import LINKS, Office
from tests.reports_slack.slack import BOT_USER, Said, Slack

LEASE = LEASES * Intervals().lease


class Killed(BaseException):
    """The process is gone."""


class Doomed(SlackApi):
    """Its process dies just when Slack has posted something."""

    def call(self, workspace_id: int, method: str, **payload: object) -> dict[str, object]:
        """As the real one, if it lives."""
        answer = super().call(workspace_id, method, **payload)
        if method == "chat.postMessage" and self.dies():
            raise Killed
        return answer

    def dies(self) -> bool:
        """Each time."""
        return True


class Mortal(Doomed):
    """Its process dies every other time."""

    dice = random.Random(7)
    deaths = 0

    def dies(self) -> bool:
        """As the dice say."""
        dead = self.dice.random() < 0.5
        Mortal.deaths += dead
        return dead


def test_a_post_whose_answer_is_lost_is_found_again(office: Office, slack: Slack) -> None:
    slack.unanswered["chat.postMessage"] = 1
    office.subscribe()
    release = office.project.release()
    office.send()
    assert len(slack.roots()) == 1
    office.project.move(release, *WAY)
    office.settle()
    assert [each.edits for each in slack.roots()] == [1]
    assert len(slack.thread(slack.roots()[0])) == 1


def test_it_is_found_behind_many_others_and_what_others_wrote_is_not_taken_for_it(office: Office, slack: Slack) -> None:
    slack.unanswered["chat.postMessage"] = 1
    office.subscribe()
    office.project.release()
    office.send()
    (ours,) = slack.roots()
    foreign = Said("C1", f"{office.wall() + 1:.6f}", "copied", [], ours.metadata, user="U0EVIL")
    crowd = [Said("C1", f"{office.wall() + 2 + each:.6f}", "hi", [], None, user="U1") for each in range(40)]
    slack.said += [foreign, *crowd]
    office.settle()
    assert [each.text for each in slack.roots() if each.user == BOT_USER] == ["acme/shop → production: queued v1"]
    assert (ours.edits, foreign.text) == (1, "copied")


def test_a_thread_message_whose_answer_is_lost_is_found_again(office: Office, slack: Slack) -> None:
    office.subscribe()
    release = office.project.release()
    office.send()
    slack.unanswered["chat.postMessage"] = 1
    office.project.fail(release)
    office.settle()
    assert [each.broadcast for each in slack.thread(slack.roots()[0])] == [False, True]


def test_a_process_that_dies_between_the_post_and_its_note_leaves_one_message(office: Office, slack: Slack) -> None:
    office.subscribe()
    office.project.release()
    with office.database.write() as connection:
        taken = outbox.take_due(connection, office.clock.now(connection), office.wall(), LEASE, 4)
    (leased,) = [each for each in taken if each.installation_id == office.workspace.lane]
    readers = SlackReaders(office.database, office)
    reporter = SlackMessage(office.api(Doomed), RendersMessages(LINKS, office.wall), readers)
    subject = Subject(leased.key, leased.installation_id, leased.repository_id)
    with office.database.read() as connection:
        content = reporter.render(connection, subject)
    with pytest.raises(Killed):
        reporter.post(subject, content)
    office.send()
    assert slack.calls == {"chat.postMessage": 1}
    office.send(LEASE + 1)
    assert len(slack.roots()) == 1
    assert slack.calls["conversations.history"] == 1


def test_where_nothing_can_be_read_nothing_is_said_twice(office: Office, slack: Slack) -> None:
    slack.foreign.add("C1")
    slack.unanswered["chat.postMessage"] = 1
    office.subscribe()
    release = office.project.release()
    office.settle()
    office.project.move(release, *WAY)
    office.settle()
    assert len(slack.roots()) == 1
    assert any("invite Slipway to the channel" in each for each in office.troubles())
    office.project.deploy(office.project.release(sha=SHA_B))
    office.settle()
    assert [each.text for each in slack.roots()][1:] == ["acme/shop → production: deployed v2"]


def test_fifty_changes_with_two_senders_and_crashes_leave_one_message_for_each_thing(
    office: Office, slack: Slack
) -> None:
    office.subscribe()
    stop, before = threading.Event(), Mortal.deaths
    threads = [threading.Thread(target=_send_until, args=(office.another_sender(Mortal), stop)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(10):
        release = office.project.release(sha=f"{number:040x}")
        for state in (*WAY, DeployState.FAILED):
            office.project.move(release, state)
            office.clock.advance(11)
    stop.set()
    for thread in threads:
        thread.join()
    office.settle()
    things = Counter((each.channel, str(each.metadata)) for each in slack.said)
    assert set(things.values()) == {1}
    assert len(things) == 10 * 3
    assert Mortal.deaths > before
    assert {each.text for each in slack.roots()} == {f"acme/shop → production: failed v{n}" for n in range(1, 11)}


def test_a_limit_makes_its_workspace_wait_exactly_so_long(office: Office, slack: Slack) -> None:
    slack.limits = [30]
    office.subscribe()
    release = office.project.release()
    office.send()
    office.send(29)
    assert slack.said == []
    office.send(2)
    assert len(slack.roots()) == 1
    assert slack.calls["conversations.history"] == 0
    with office.database.read() as connection:
        assert releases.known_by(connection, release.id).state is DeployState.PENDING


def test_while_there_is_no_way_to_slack_nothing_is_sent_and_nothing_is_doubted(office: Office, slack: Slack) -> None:
    slack.foreign.add("C1")
    office.subscribe()
    office.project.release()
    office.sender = office.another_sender(base="http://127.0.0.1:1")
    office.send()
    office.sender = office.another_sender()
    office.send(6)
    assert [each.text for each in slack.roots()] == ["acme/shop → production: queued v1"]
    assert slack.calls["conversations.history"] == 0


def _send_until(sender: Sender, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            sender.send_due()
        except Killed:
            continue
