"""App Home: what runs, what waits for somebody, who they are; nothing that GitHub doesn't let them read."""

import json
import time
from dataclasses import dataclass, field

import pytest

from engine.domain.permission import Role
from engine.domain.release import Waiting
from engine.errors import Unreachable
from engine.forge.port import RepositoryRef
from engine.reports.slack_home import SlackHome
from engine.reports.slack_subjects import HOME, mark_home
from engine.slack.buttons import Bound, decode
from engine.store import slack_asks
from tests.reports.project import SHA_A, SHA_B
from tests.reports_slack.office import LINKS, Office, waiting_for_approval
from tests.reports_slack.slack import Slack, texts_of


@dataclass
class Roles:
    """What GitHub says of people."""

    roles: dict[str, Role] = field(default_factory=dict)
    away: bool = False

    def role(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """As the test says."""
        if self.away:
            raise Unreachable("asking for a permission: GitHub doesn't answer")
        return self.roles.get(login, Role.WRITE)


class Desk:
    """Somebody who looks at their App Home."""

    def __init__(self, office: Office, slack: Slack) -> None:
        self.office = office
        self.slack = slack
        self.roles = Roles()
        office.sender = office.another_sender(more={HOME: SlackHome(office.api(), self.roles, LINKS)})

    def open(self, user: str = "U1") -> str:
        """Opens it; all that it says."""
        with self.office.database.write() as connection:
            slack_asks.home_opened(connection, self.office.workspace.id, user, time.time())
            mark_home(connection, workspace_id=self.office.workspace.id, user_id=user)
        self.office.send()
        return self.says(user)

    def says(self, user: str = "U1") -> str:
        """All that it says now."""
        return "\n".join(text["text"] for block in self.slack.homes.get(user, []) for text in texts_of(block))

    def buttons(self, user: str = "U1") -> list[tuple[str, str]]:
        """Its buttons: what each does, and what it is bound to or leads to."""
        rows = [block["elements"] for block in self.slack.homes[user] if block["type"] == "actions"]
        return [(each["action_id"], each.get("value") or each.get("url", "")) for row in rows for each in row]


@pytest.fixture
def desk(office: Office, slack: Slack) -> Desk:
    """Nobody has opened anything."""
    return Desk(office, slack)


def test_whoever_is_a_stranger_gets_a_fresh_link_and_sees_nothing(desk: Desk) -> None:
    desk.office.subscribe()
    desk.office.project.release()
    said = desk.open()
    assert "Slipway doesn't know you yet." in said
    assert "acme" not in said
    ((action, address),) = desk.buttons()
    assert action == "link"
    assert address.startswith("http://localhost:8080/slack/link?token=")
    desk.open()
    assert desk.buttons() == [(action, address)]
    desk.office.clock.advance(400)
    desk.open()
    assert desk.buttons() != [(action, address)]


def test_the_home_tells_what_runs_what_waits_and_what_channels_hear(desk: Desk) -> None:
    office = desk.office
    office.knows("U1", "bob")
    office.subscribe("C1", "deploys", "failures")
    office.project.release()
    waiting = office.project.release("staging", sha=SHA_B, waiting=Waiting.APPROVAL, message="Waits for an approval")
    office.project.gate(waiting)
    office.build(office.preview(), SHA_A)
    said = desk.open().replace("\u200b", "")
    assert "You are `bob` at GitHub." in said
    assert "*acme/shop* → *staging*: waiting" in said
    assert "*acme/shop* → *production*: queued" in said
    assert "*acme/shop* #12: 🔨 Waiting for a worker" in said
    assert "<#C1>: *acme/shop*, deploys, failures" in said
    bound = {action: decode(value) for action, value in desk.buttons()}
    assert bound["approve"] == bound["reject"] == Bound(waiting.id, SHA_B)
    assert {"deploy", "secret", "unlink"} < bound.keys()


def test_whoever_asked_may_not_open_it_and_isnt_offered_to(desk: Desk) -> None:
    desk.office.knows("U1", "ada")
    desk.office.subscribe()
    desk.office.project.gate(desk.office.project.release(waiting=Waiting.APPROVAL))
    desk.open()
    assert "approve" not in dict(desk.buttons())


def test_what_github_doesnt_let_them_read_isnt_there(desk: Desk) -> None:
    desk.office.knows("U1", "bob")
    desk.office.subscribe()
    desk.office.project.release()
    desk.roles.roles["bob"] = Role.NONE
    assert "acme" not in desk.open()
    desk.roles.roles.clear()
    desk.roles.away = True
    said = desk.open()
    assert "acme" not in said
    assert "GitHub doesn't answer" in said


def test_an_open_home_follows_what_happens(desk: Desk) -> None:
    office = desk.office
    office.knows("U1", "bob")
    office.subscribe()
    desk.open()
    release = office.project.release()
    office.send()
    assert "queued" in desk.says()
    office.project.deploy(release)
    office.send()
    assert "Nothing is on its way." in desk.says()


def test_a_home_that_shows_the_same_is_published_once(desk: Desk) -> None:
    desk.office.knows("U1", "bob")
    desk.open()
    desk.open()
    assert desk.slack.calls["views.publish"] == 1
    assert json.dumps(desk.slack.homes["U1"]).count('"type": "actions"') == 1


@pytest.mark.parametrize(("role", "offered"), [(Role.WRITE, True), (Role.READ, False), (Role.NONE, False)])
def test_what_waits_is_there_of_everything_that_a_channel_hears_of(desk: Desk, role: Role, offered: bool) -> None:
    office = desk.office
    office.knows("UBOB", "bob")
    office.subscribe("C3", "failures")
    running = office.project.release("staging", sha=SHA_B)
    waiting = waiting_for_approval(office.project)
    desk.roles.roles["bob"] = role
    said = desk.open("UBOB")
    assert ("*production*: waiting" in said.replace("\u200b", "")) == offered
    assert ("approve" in dict(desk.buttons("UBOB"))) == offered
    assert waiting.id in said or not offered
    assert running.id not in said, "it is nothing that bob asked for"


def test_what_they_may_only_read_runs_and_does_not_wait_for_them(desk: Desk) -> None:
    desk.office.knows("U1", "bob")
    desk.office.subscribe()
    waiting = waiting_for_approval(desk.office.project)
    desk.roles.roles["bob"] = Role.READ
    assert waiting.id in desk.open()
    assert "approve" not in dict(desk.buttons())


def test_what_waits_where_no_channel_hears_of_it_is_nobodys_news(desk: Desk) -> None:
    desk.office.knows("UBOB", "bob")
    waiting_for_approval(desk.office.project)
    assert "production" not in desk.open("UBOB")
