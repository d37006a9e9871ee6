"""Webhooks that don't arrive, arrive twice or late, and the log in which a bot finds what it missed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.playground.app_tokens import app_client
from tests.playground.faults import Faults, faults_of
from tests.playground.receiver import Receiver, receiving
from tests.playground.running import RunningPlayground, eventually, running_playground
from tests.ports import free_port

SAID = "^issue_comment.created$"


@dataclass(frozen=True)
class Post:
    """A playground, whoever receives its webhooks, and the App that reads the log."""

    receiver: Receiver
    faults: Faults
    writer: httpx.Client
    app: httpx.Client
    #: The newest attempt before the test began.
    before: int = 0

    def say(self, body: str, repository: str = "shop") -> None:
        answer = self.writer.post(f"/repos/acme/{repository}/issues/1/comments", json={"body": body})
        assert answer.status_code == 201, answer.text

    def attempts(self, **query: str) -> list[dict[str, Any]]:
        """The attempts of this test by now, newest first."""
        listed = self.app.get("/app/hook/deliveries", params={"per_page": "100", **query}).json()
        return [one for one in listed if one["id"] > self.before]

    def log(self, count: int) -> list[dict[str, Any]]:
        """The attempts of this test, once there are so many."""
        return eventually(lambda: found if len(found := self.attempts()) >= count else None, f"{count} attempt(s)")

    def bodies(self) -> list[str]:
        """What the comments that came in said."""
        return [one.payload["comment"]["body"] for one in list(self.receiver.received)]


@contextmanager
def _post(playground: RunningPlayground, receiver: Receiver) -> Iterator[Post]:
    with (
        faults_of(playground) as faults,
        playground.acting_as("writer") as writer,
        app_client(playground) as app,
    ):
        yield Post(receiver, faults, writer, app)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with (
        receiving() as receiver,
        running_playground(
            tmp_path_factory.mktemp("post"), webhook_url=receiver.url, faults=True, app_events="issue_comment"
        ) as playground,
        _post(playground, receiver) as made,
    ):
        yield made


@pytest.fixture
def post(started: Post) -> Iterator[Post]:
    """The shared playground with an empty letter box, no faults, and a log that begins here."""
    started.receiver.received.clear()
    started.receiver.delay = 0.0
    yield replace(started, before=max((one["id"] for one in started.attempts()), default=0))
    started.faults.end()


@contextmanager
def _hanging() -> Iterator[tuple[str, list[socket.socket]]]:
    """The address of a server that takes connections and never answers, and the connections it took."""
    taken: list[socket.socket] = []
    with ExitStack() as stack, socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            with suppress(OSError):  # the server was closed
                while True:
                    taken.append(stack.enter_context(server.accept()[0]))

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", taken
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_lost_webhook_is_in_the_log_and_can_be_taken_in_from_there(post: Post) -> None:
    post.faults.turn({"method": "WEBHOOK", "path": SAID, "fault": "lost", "times": 1})
    post.say("Lost")
    post.say("Arrived")
    arrived, lost = post.log(2)
    assert arrived["status"] == "OK"
    assert (lost["status"], lost["status_code"] in (0, 502)) == ("failed to connect to host", True)
    assert post.bodies() == ["Arrived"]
    found = post.app.get(f"/app/hook/deliveries/{lost['id']}").json()
    assert found["request"]["payload"]["comment"]["body"] == "Lost"
    assert found["request"]["headers"]["X-GitHub-Delivery"] == found["guid"] == lost["guid"]


def test_a_redelivery_keeps_the_guid_of_what_was_lost(post: Post) -> None:
    post.faults.turn({"method": "WEBHOOK", "path": SAID, "fault": "lost", "times": 2})
    post.say("At the third attempt")
    for attempts in (1, 2):
        lost = post.log(attempts)[0]
        assert post.app.post(f"/app/hook/deliveries/{lost['id']}/attempts").status_code == 202
    logged = post.log(3)
    assert [one["redelivery"] for one in logged] == [True, True, False]
    assert {one["guid"] for one in logged} == {post.receiver.expect("issue_comment.created").guid}


def test_lost_webhooks_carry_the_codes_that_github_gives(post: Post) -> None:
    post.faults.turn({"method": "WEBHOOK", "path": SAID, "fault": "lost"}, seed=3)
    for number in range(20):
        post.say(str(number))
    assert {one["status_code"] for one in post.log(20)} == {0, 502}
    # The filter looks at codes from 400 to 599, so it never shows a delivery that has none.
    assert {one["status_code"] for one in post.attempts(status="failure")} == {502}
    assert post.attempts(status="success") == []


def test_a_webhook_comes_twice_under_one_guid(post: Post) -> None:
    post.faults.turn({"method": "WEBHOOK", "path": SAID, "fault": "twice", "times": 1})
    post.say("Twice")
    assert len({one.guid for one in (post.receiver.expect("issue_comment.created", 2), *post.receiver.received)}) == 1
    assert [one["status"] for one in post.log(2)] == ["OK", "OK"]


def test_a_slow_webhook_is_overtaken(post: Post) -> None:
    post.faults.turn({"method": "WEBHOOK", "path": SAID, "fault": "slow", "times": 1, "seconds": 2})
    post.say("First")
    post.say("Second")
    post.receiver.expect("issue_comment.created", 2)
    assert post.bodies() == ["Second", "First"]


def test_a_cut_webhook_has_arrived_and_counts_as_failed(post: Post) -> None:
    post.faults.turn({"method": "WEBHOOK", "path": SAID, "fault": "cut"})
    post.receiver.delay = 0.3
    post.say("Heard without a word")
    assert post.log(1)[0]["status_code"] == 502
    assert post.receiver.expect("issue_comment.created").payload["comment"]["body"] == "Heard without a word"


def test_two_hundred_webhooks_to_nobody_are_logged_one_after_the_other(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/away"
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=url) as playground,
        _post(playground, receiver) as post,
    ):
        for number in range(200):
            post.say(str(number))
        eventually(lambda: _pages(post.app) == 200, "all of them to be in the log", seconds=60)
        assert {one["status_code"] for one in post.log(100)} == {502}


def _pages(app: httpx.Client) -> int:
    """How many attempts the log holds, read page by page."""
    answer = app.get("/app/hook/deliveries", params={"per_page": 100})
    count = len(answer.json())
    while "next" in answer.links:
        answer = app.get(answer.links["next"]["url"])
        count += len(answer.json())
    return count


def test_a_receiver_that_hangs_is_not_waited_for_again_and_again(tmp_path: Path) -> None:
    with (
        _hanging() as (url, taken),
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=url) as playground,
        _post(playground, receiver) as post,
    ):
        for number in range(20):
            post.say(str(number))
        # One time-out of ten seconds, not twenty of them.
        eventually(lambda: len(taken) == 20, "all of them to have been sent", seconds=60)
        assert {(one["status"], one["status_code"]) for one in post.log(1)} == {("timed out", 504)}


def test_the_webhooks_of_a_repository_arrive_in_order_even_where_the_receiver_is_slow(post: Post) -> None:
    post.receiver.delay = 0.02
    for number in range(30):
        post.say(str(number), ("shop", "site", "api")[number % 3])
    post.receiver.expect("issue_comment.created", 30)
    for place, name in enumerate(("shop", "site", "api")):
        same = [one for one in post.receiver.received if one.payload["repository"]["name"] == name]
        assert [one.payload["comment"]["body"] for one in same] == [str(number) for number in range(place, 30, 3)]


def test_without_webhooks_everything_is_logged_as_failed_and_nothing_tried(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=receiver.url, webhooks=False) as playground,
        _post(playground, receiver) as post,
    ):
        post.say("Read the log")
        (only,) = post.log(1)
        assert (only["status"], only["status_code"]) == ("failed to connect to host", 0)
        post.app.post(f"/app/hook/deliveries/{only['id']}/attempts")
        assert post.log(2)[0]["status_code"] == 0
        assert receiver.received == []


def test_a_cursor_that_the_log_does_not_know_is_refused(post: Post) -> None:
    post.say("One")
    post.say("Two")
    newest, oldest = (one["id"] for one in post.log(2))
    assert post.attempts(cursor=f"v1_{newest}")[0]["id"] == oldest
    for cursor in (f"v1_{newest + 1}", "v1_1", "v1_", "v1_x", str(oldest)):
        assert post.app.get("/app/hook/deliveries", params={"cursor": cursor}).status_code == 422
