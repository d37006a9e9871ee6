"""Who somebody in Slack is at GitHub: said by whoever is signed in there, once for each link."""

import time

import pytest

from engine.store import audit, slack_workspaces
from engine.store.schema import outbox
from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import USER
from tests.bot_slack.scene import Scene

PATH = "/slack/link"


def test_a_stranger_signs_in_first_and_comes_back(scene: Scene, acme: Workspace) -> None:
    answer = scene.visit(f"{PATH}?token={scene.offer(acme)}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin?next=%2Fslack%2Flink%3Ftoken%3D")
    assert scene.person(acme) == ""


def test_the_page_names_who_it_is_about_and_changes_nothing(scene: Scene, acme: Workspace) -> None:
    page = scene.visit(f"{PATH}?token={scene.offer(acme)}", "reader").text
    for words in ("Is this you in Slack?", "Ada &lt;b&gt;", USER, "Acme", "reader", "with your permission at GitHub"):
        assert words in page
    assert scene.person(acme) == ""


def test_saying_yes_links_and_is_written_down(scene: Scene, acme: Workspace) -> None:
    page = scene.send_form(PATH, "reader", token=scene.offer(acme))
    assert (page.status_code, "You are linked" in page.text) == (200, True)
    assert scene.person(acme) == "reader"
    with scene.world.database.read() as connection:
        [entry] = audit.of_subject(connection, f"slack:{acme.team_id}:{USER}")
        marks = connection.execute(outbox.select()).mappings().all()
    assert (entry.who, entry.did, entry.outcome) == ("reader", "link", "done")
    assert [mark["subject"] for mark in marks] == [f"slack_home:{acme.id}:{USER}"]


def test_a_link_works_once(scene: Scene, acme: Workspace) -> None:
    token = scene.offer(acme)
    assert [scene.send_form(PATH, login, token=token).status_code for login in ("reader", "writer")] == [200, 410]
    assert scene.person(acme) == "reader"
    assert scene.visit(f"{PATH}?token={token}", "writer").status_code == 410


def test_a_link_is_over_after_ten_minutes(scene: Scene, acme: Workspace) -> None:
    token = scene.offer(acme, ago=601)
    answers = [scene.visit(f"{PATH}?token={token}", "reader"), scene.send_form(PATH, "reader", token=token)]
    assert [each.status_code for each in answers] == [410, 410]
    assert scene.person(acme) == ""


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "%00", "' OR 1=1 --", "é"])
def test_a_link_that_nobody_was_shown_is_refused(scene: Scene, acme: Workspace, token: str) -> None:
    scene.offer(acme)
    assert scene.visit(f"{PATH}?token={token}", "reader").status_code == 410
    assert scene.send_form(PATH, "reader", token=token).status_code == 410


def test_each_link_is_of_its_own_user_and_workspace(scene: Scene, acme: Workspace) -> None:
    theirs = scene.offer(acme, "U0BOB")
    assert scene.send_form(PATH, "reader", token=theirs, user_id=USER, workspace_id="7").status_code == 200
    assert (scene.person(acme, "U0BOB"), scene.person(acme, USER)) == ("reader", "")


def test_linking_again_says_who_it_was_until_now(scene: Scene, acme: Workspace) -> None:
    scene.send_form(PATH, "reader", token=scene.offer(acme))
    token = scene.offer(acme)
    page = scene.visit(f"{PATH}?token={token}", "writer").text
    assert "Until now" in page
    scene.send_form(PATH, "writer", token=token)
    assert scene.person(acme) == "writer"


def test_another_sites_form_links_nobody(scene: Scene, acme: Workspace) -> None:
    token = scene.offer(acme)
    own = {"x-test-login": "reader", "accept": "text/html", "content-type": "application/x-www-form-urlencoded"}
    for headers, csrf in (
        ({"origin": "https://evil.example"}, "a token of this session"),
        ({"sec-fetch-site": "cross-site"}, "a token of this session"),
        ({"origin": "http://localhost:8080"}, ""),
        ({"origin": "http://localhost:8080"}, "guessed"),
    ):
        body = f"csrf={csrf}&token={token}".encode()
        assert scene.client.request("POST", PATH, headers=own | headers, content=body).status_code == 403
    assert scene.person(acme) == ""


def test_a_workspace_that_left_links_nobody(scene: Scene, acme: Workspace) -> None:
    token = scene.offer(acme)
    with scene.world.database.write() as connection:
        slack_workspaces.leave(connection, acme, "app_uninstalled", time.time())
    assert scene.send_form(PATH, "reader", token=token).status_code == 410


def test_a_signed_out_form_goes_to_sign_in(scene: Scene, acme: Workspace) -> None:
    assert scene.send_form(PATH, "", token=scene.offer(acme)).headers["location"] == "/signin?next=%2F"
