"""The same through a GitHub: its webhooks in, its REST out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.domain.build import BuildState
from engine.store import builds
from tests.forge.at_playground import AtPlayground, at_playground
from tests.intake.world import World
from tests.playground.receiver import Receiver, receiving
from tests.playground.site import Browser


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

    def press(self, path: str, expected: str, **form: str) -> None:
        """A writer presses a button of the pull request's page; the bot takes it in and reports."""
        with httpx.Client(base_url=self.github.playground.web_url, trust_env=False) as client:
            browser = Browser(client)
            browser.act_as("writer")
            assert browser.send(f"/acme/shop{path}", here="/", **form).status_code == 303
        came = self.receiver.expect(expected)
        key = self.world.receive_bytes(f"gh:{came.guid}", came.event, came.body)
        self.world.run(key)
        assert self.world.delivery(key).state == "handled"
        self.world.send()

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


def test_the_buttons_of_the_check_run_do_what_they_say(scene: Scene) -> None:
    scene.comments("/preview")
    preview = scene.world.any_preview()
    with scene.world.database.read() as connection:
        (build,) = builds.of_preview(connection, preview.id)
    scene.world.build_ends(build, BuildState.FAILED, "It broke")
    scene.world.send()
    failed = scene.check()
    assert failed["conclusion"] == "failure"
    scene.press(f"/runs/{failed['id']}/action", "check_run.requested_action", identifier="retry")
    again = scene.check()
    assert (again["id"], again["status"]) == (failed["id"], "in_progress")
    assert "**`/retry`** by `writer`" in scene.sticky()
    scene.world.build_goes_well(preview)
    scene.world.send()
    assert scene.check()["conclusion"] == "success"


def test_githubs_own_rerun_of_the_check_and_of_the_suite_builds_again(scene: Scene) -> None:
    scene.comments("/preview")
    preview = scene.world.any_preview()
    for path, event in (("runs/{id}", "check_run.rerequested"), ("suites/{suite}", "check_suite.rerequested")):
        scene.world.build_goes_well(preview)
        scene.world.send()
        run = scene.check()
        where = path.format(id=run["id"], suite=run["check_suite"]["id"])
        scene.press(f"/{where}/rerequest", event)
        assert (scene.check()["id"], scene.check()["status"]) == (run["id"], "in_progress")
    with scene.world.database.read() as connection:
        assert len(builds.of_preview(connection, preview.id)) == 3
