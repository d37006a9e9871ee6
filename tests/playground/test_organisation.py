"""People come to an organisation and leave it, and so do members of its teams."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.receiver import Receiver, receiving
from tests.playground.running import running_playground


@dataclass(frozen=True)
class Office:
    """A playground whose App hears of people."""

    receiver: Receiver
    admin: httpx.Client
    writer: httpx.Client
    bot: httpx.Client


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with (
        receiving() as receiver,
        running_playground(
            tmp_path, webhook_url=receiver.url, app_events="organization membership", app_permissions="members:read"
        ) as playground,
        playground.acting_as("admin") as admin,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop") as bot,
    ):
        yield Office(receiver, admin, writer, bot)


def test_who_leaves_an_organisation_leaves_its_repositories(office: Office) -> None:
    assert office.writer.get("/repos/acme/shop").status_code == 200
    assert office.admin.delete("/orgs/acme/members/writer").status_code == 204
    removed = office.receiver.expect("organization.member_removed").payload
    assert (removed["membership"]["user"]["login"], removed["organization"]["login"]) == ("writer", "acme")
    assert (removed["sender"]["login"], "repository" in removed) == ("admin", False)
    assert office.writer.get("/repos/acme/shop").status_code == 404
    assert office.bot.get("/orgs/acme/members/writer").status_code == 404
    assert office.admin.delete("/orgs/acme/members/writer").status_code == 404


def test_who_leaves_an_organisation_leaves_its_teams_first(office: Office) -> None:
    office.admin.delete("/orgs/acme/memberships/reader")
    office.receiver.expect("organization.member_removed")
    assert office.receiver.names == ["membership.removed", "organization.member_removed"]


def test_somebody_is_taken_in_again(office: Office) -> None:
    office.admin.delete("/orgs/acme/members/writer")
    answer = office.admin.put("/orgs/acme/memberships/writer", json={"role": "member"})
    assert (answer.json()["role"], answer.json()["state"]) == ("member", "active")
    assert office.receiver.expect("organization.member_added").payload["membership"]["role"] == "member"


def test_a_team_changes(office: Office) -> None:
    path = "/orgs/acme/teams/makers/memberships/writer"
    assert office.admin.delete(path).status_code == 204
    gone = office.receiver.expect("membership.removed").payload
    assert (gone["member"]["login"], gone["team"]["slug"], gone["scope"]) == ("writer", "makers", "team")
    assert [one["login"] for one in office.bot.get("/orgs/acme/teams/makers/members").json()] == ["admin", "reader"]
    assert office.admin.put(path, json={}).json()["state"] == "active"
    assert office.receiver.expect("membership.added").payload["team"]["slug"] == "makers"


def test_only_owners_say_who_belongs_and_strangers_know_nothing(office: Office) -> None:
    assert office.writer.delete("/orgs/acme/members/reader").status_code == 403
    assert office.bot.delete("/orgs/acme/members/reader").status_code == 403
    assert [one["login"] for one in office.writer.get("/orgs/acme/members").json()] == ["admin", "writer", "reader"]
    office.admin.delete("/orgs/acme/members/writer")
    assert office.writer.get("/orgs/acme/members").status_code == 403
    assert office.admin.get("/orgs/writer/members").status_code == 404
