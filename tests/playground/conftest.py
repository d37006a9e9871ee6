"""One playground with one receiver of webhooks for a whole test run; tests make repositories of their own in it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.receiver import Received, Receiver, receiving
from tests.playground.running import RunningPlayground, eventually, running_playground
from tests.playground.site import Browser
from tests.playground.working_copy import WorkingCopy

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Project:
    """A repository of writer's with one commit on main, and one on the branch `topic`."""

    playground: RunningPlayground
    receiver: Receiver
    full_name: str
    copy: WorkingCopy
    writer: httpx.Client
    bot: httpx.Client

    @property
    def path(self) -> str:
        return f"/repos/{self.full_name}"

    def open_pull(self, **fields: Any) -> dict[str, Any]:
        answer = self.writer.post(
            f"{self.path}/pulls", json={"title": "Topic", "head": "topic", "base": "main", **fields}
        )
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def webhooks(self) -> list[Received]:
        """What came in about this repository."""
        return [one for one in list(self.receiver.received) if _about(one) == self.full_name]

    def expect(self, name: str, count: int = 1) -> Received:
        """The last of so many webhooks of a name about this repository, waited for."""

        def look() -> Received | None:
            same = [one for one in self.webhooks() if one.name == name]
            return same[-1] if len(same) >= count else None

        return eventually(look, f"{count} webhook(s) {name} about {self.full_name}")


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(scope="session")
def playground(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlayground]:
    with running_playground(tmp_path_factory.mktemp("playground"), webhook_url=receiver.url) as running:
        yield running


@pytest.fixture
def project(playground: RunningPlayground, receiver: Receiver, tmp_path: Path) -> Iterator[Project]:
    with _a_project(playground, receiver, tmp_path / "copy") as made:
        yield made


@pytest.fixture(scope="module")
def untouched(
    playground: RunningPlayground, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """A project for tests of what is refused, which leave it as it is."""
    with _a_project(playground, receiver, tmp_path_factory.mktemp("untouched") / "copy") as made:
        yield made


@pytest.fixture
def browser(playground: RunningPlayground) -> Iterator[Browser]:
    with httpx.Client(base_url=playground.web_url, trust_env=False, verify=False) as client:
        yield Browser(client)


@contextmanager
def _a_project(playground: RunningPlayground, receiver: Receiver, folder: Path) -> Iterator[Project]:
    with playground.acting_as("writer") as writer, app_client(playground) as app:
        made = writer.post(
            "/user/repos", json={"name": f"project-{next(_numbers)}", "private": True, "auto_init": True}
        )
        full_name = made.json()["full_name"]
        copy = WorkingCopy.clone(playground.git_url(full_name, playground.token("writer")), folder)
        copy.commit("topic.txt", "one\n", branch="topic")
        copy.push("topic")
        with installation_client(playground, app, full_name) as bot:
            yield Project(playground, receiver, full_name, copy, writer, bot)


def _about(one: Received) -> str | None:
    repository = one.payload.get("repository")
    return repository["full_name"] if repository else None
