"""What was not stored is not acked, and what comes again is one and the same (fault F-S2)."""

from sqlalchemy import text

from engine.store.slack_workspaces import Workspace
from tests.bot_slack.posting import a_command, a_mention, a_press, signed
from tests.bot_slack.scene import Scene

RETRIES = ({"x-slack-retry-num": f"{number}", "x-slack-retry-reason": "http_error"} for number in (1, 2, 3))


def test_an_event_that_was_not_stored_comes_again_and_is_stored_once(scene: Scene, acme: Workspace) -> None:
    body = a_mention(event_id="Ev0AGAIN")
    scene.ingest.stop()
    first = scene.post(body)
    assert (first.status_code, first.headers["retry-after"], scene.stored()) == (503, "30", [])
    scene.ingest.start()
    retries = [scene.post(body, {**signed(body), **more}).status_code for more in RETRIES]
    assert retries == [200, 200, 200]
    assert (scene.stored(), scene.jobs()) == ([("event", "slack:Ev0AGAIN")], 1)


def test_a_database_that_is_locked_for_longer_than_slack_waits_is_a_503(scene: Scene, acme: Workspace) -> None:
    with scene.world.database.write() as connection:
        connection.execute(text("UPDATE meta SET value = value"))
        locked = scene.post(a_command("status", trigger="1.locked"))
    assert locked.status_code == 503
    assert scene.post(a_command("status", trigger="2.free")).status_code == 200


def test_a_command_and_a_button_that_come_twice_are_one(scene: Scene, acme: Workspace) -> None:
    command, press = a_command("status acme/shop"), a_press()
    answers = [scene.post(body) for body in (command, command, press, press)]
    assert [each.status_code for each in answers] == [200] * 4
    assert answers[0].json() == answers[1].json()
    assert (len(scene.stored()), scene.jobs()) == (2, 2)


def test_another_body_under_the_same_key_changes_nothing(scene: Scene, acme: Workspace) -> None:
    bodies = [a_mention(words, event_id="Ev0SAME") for words in ("status", "rollback")]
    assert [scene.post(body).status_code for body in bodies] == [200, 200]
    assert scene.bodies() == [bodies[0]]


def test_what_one_person_asks_is_done_in_its_order(scene: Scene, acme: Workspace) -> None:
    for user in ("U0ADA", "U0BOB"):
        scene.post(a_command("status", user=user))
    with scene.world.database.read() as connection:
        found = connection.execute(text("SELECT order_key, installation_id FROM jobs ORDER BY order_key")).all()
    assert [tuple(row) for row in found] == [
        ("slack:T0ACME:U0ADA", acme.lane),
        ("slack:T0ACME:U0BOB", acme.lane),
    ]
