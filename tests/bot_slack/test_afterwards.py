"""What follows an answer: modals are opened by the web room itself, and nobody waits for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.bot_slack.oauth_desk import OauthDesk, open_desk
from tests.bot_slack.posting import a_command
from tests.bot_slack.scene import TOKEN, Scene, open_scene
from tests.wakeups.waiting import wait_until

DEADLINE = 30.0


@pytest.fixture
def desk() -> Iterator[OauthDesk]:
    """A Slack."""
    with open_desk() as opened:
        opened.answer = {"ok": True, "view": {"id": "V0MODAL"}}
        yield opened


def opened(scene: Scene, desk: OauthDesk) -> bool:
    """True once a modal was opened; whatever waits in the room goes on meanwhile."""
    scene.client.get("/healthz")
    return any(path == "/api/views.open" for path, _, _ in desk.asked)


def test_an_answer_does_not_wait_for_a_slack_that_is_slow(world: World, tmp_path: Path, desk: OauthDesk) -> None:
    desk.open.clear()
    with open_scene(world, tmp_path, desk.url) as scene:
        scene.install()
        answer = scene.post(a_command("deploy"))
        assert (answer.status_code, answer.text, desk.asked) == (200, "", [])
        assert len(scene.stored()) == 1
        desk.open.set()
        wait_until(lambda: opened(scene, desk), "the modal is opened", DEADLINE)
    assert desk.asked[0][1] == TOKEN


def test_a_command_that_comes_twice_opens_one_modal(world: World, tmp_path: Path, desk: OauthDesk) -> None:
    body = a_command("deploy")
    with open_scene(world, tmp_path, desk.url) as scene:
        scene.install()
        answers = [scene.post(body), scene.post(body)]
        wait_until(lambda: opened(scene, desk), "the modal is opened", DEADLINE)
    assert [(each.status_code, each.text) for each in answers] == [(200, ""), (200, "")]
    assert [path for path, _, _ in desk.asked].count("/api/views.open") == 1


def test_a_room_that_ends_does_not_wait_for_a_slack_that_never_answers(
    world: World, tmp_path: Path, desk: OauthDesk
) -> None:
    desk.open.clear()
    with open_scene(world, tmp_path, desk.url) as scene:
        scene.install()
        assert scene.post(a_command("deploy")).status_code == 200
    assert desk.asked == []
