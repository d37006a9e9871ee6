"""The same through a GitHub: its webhooks in, its REST out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.forge.at_playground import AtPlayground, at_playground
from tests.intake.world import World
from tests.playground.receiver import Receiver, receiving


@dataclass(frozen=True)
class Scene:
    """A playground, its webhooks, and the bot's back room."""

    github: AtPlayground
    receiver: Receiver
    world: World

    def comments(self, text: str, login: str = "writer") -> int:
        """Somebody comments on the sample pull request; the bot takes it in and reports."""
        before = self.receiver.names.count("issue_comment.created")
        written = self.github.call(login, "POST", "/repos/acme/shop/issues/1/comments", {"body": text})
        came = self.receiver.expect("issue_comment.created", before + 1)
        key = self.world.receive_bytes(f"gh:{came.guid}", came.event, came.body)
        self.world.run(key)
        self.world.send()
        return int(written["id"])

    def get(self, path: str) -> Any:
        """What a reader sees."""
        return self.github.call("reader", "GET", f"/repos/acme/shop{path}")

    def reactions(self, comment: int) -> list[str]:
        """What is on a comment."""
        return [each["content"] for each in self.get(f"/issues/comments/{comment}/reactions")]

    def sticky(self) -> str:
        """The one comment of the bot."""
        (body,) = [each["body"] for each in self.get("/issues/1/comments") if each["user"]["type"] == "Bot"]
        return str(body)

    def check(self) -> dict[str, Any]:
        """The one check run of the head."""
        head = self.get("/pulls/1")["head"]["sha"]
        (run,) = self.get(f"/commits/{head}/check-runs")["check_runs"]
        return dict(run)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Everything started, nothing said."""
    with receiving() as receiver, at_playground(tmp_path / "github", receiver.url) as github:
        world = World(tmp_path, github.clients)
        yield Scene(github, receiver, world)
        world.close()


def test_preview_on_a_sample_pull_request_becomes_a_check_a_comment_and_reactions(scene: Scene) -> None:
    asked = scene.comments("Shall we look?\n\n/preview")
    assert scene.reactions(asked) == ["eyes"]
    assert (scene.check()["status"], scene.check()["name"]) == ("in_progress", "Slipway preview")
    assert "🔨 Waiting for a worker" in scene.sticky()
    scene.world.build_goes_well(scene.world.any_preview())
    scene.world.send()
    assert scene.reactions(asked) == ["eyes", "rocket"]
    assert (scene.check()["status"], scene.check()["conclusion"]) == ("completed", "success")
    assert "✅ Ready" in scene.sticky()


def test_answers_and_refusals_go_into_the_one_comment(scene: Scene) -> None:
    refused = scene.comments("/preview", "reader")
    helped = scene.comments("/help", "reader")
    assert scene.reactions(refused) == ["eyes", "-1"]
    assert scene.reactions(helped) == ["eyes", "rocket"]
    assert "`not_permitted`" in scene.sticky()
    assert "| `/preview stop` | write |" in scene.sticky()


def test_the_bots_own_comment_is_ignored_when_github_tells_of_it(scene: Scene) -> None:
    scene.comments("/status")
    own = scene.receiver.expect("issue_comment.created", 2)
    assert own.payload["sender"]["type"] == "Bot"
    key = scene.world.receive_bytes(f"gh:{own.guid}", own.event, own.body)
    scene.world.run(key)
    assert scene.world.delivery(key).state == "ignored"
