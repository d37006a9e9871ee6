"""An environment of a repository as it is seen from outside: by Slipway's API, by GitHub's, and by visitors."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

from tests.stories.person import Loopback, Person, eventually

OVER = frozenset({"DEPLOYED", "SECURITY_FAILED", "FAILED", "ROLLED_BACK", "CANCELLED"})
RELEASE = "X-Slipway-Release"


@dataclass(frozen=True)
class Live:
    """One environment, looked at by somebody who may read the repository."""

    person: Person
    repository: str
    name: str = "production"

    def environment(self) -> dict[str, Any]:
        """What Slipway's API says of it, once it is known there."""

        def look() -> dict[str, Any] | None:
            answer = self.person.slipway("GET", f"/api/environments?repository={self.repository}")
            assert answer.status_code in (200, 404), answer.text
            found = answer.json() if answer.status_code == 200 else []
            return next((dict(each) for each in found if each["name"] == self.name), None)

        return eventually(look, f"the environment {self.name} of {self.repository}")

    def releases(self) -> list[dict[str, Any]]:
        """Its deployments by Slipway's API, newest first."""
        path = f"/api/deployments?repository={self.repository}&environment={self.name}"
        answer = self.person.slipway("GET", path)
        assert answer.status_code in (200, 404), answer.text
        return list(answer.json()["deployments"]) if answer.status_code == 200 else []

    def release(self, sha: str) -> dict[str, Any] | None:
        """The newest deployment of a commit."""
        return next((each for each in self.releases() if each["sha"] == sha), None)

    def reached(self, sha: str, *states: str) -> dict[str, Any]:
        """The newest deployment of a commit, once it is in one of these states; fails when it ended in another."""

        def look() -> dict[str, Any] | None:
            found = self.release(sha)
            if found and found["state"] in OVER and found["state"] not in states:
                raise AssertionError(found)
            return found if found and found["state"] in states else None

        return eventually(look, f"{sha[:7]} to be {' or '.join(states)} in {self.name} of {self.repository}")

    def deployed(self, sha: str) -> dict[str, Any]:
        """The deployment of a commit, once it serves."""
        found = self.reached(sha, "DEPLOYED")
        assert found["serving"], found
        return found

    def ask(self, ref: str, **more: object) -> httpx.Response:
        """Asks for a deployment by the API, again as long as Slipway hears of a push that came before."""
        body = {"repository": self.repository, "environment": self.name, "ref": ref, **more}
        return self.person.asks("/api/deployments", body, moved="ref_moved")

    def on_github(self, sha: str) -> dict[str, Any] | None:
        """The newest status of the newest GitHub deployment of a commit; None while there is none."""
        query = f"environment={self.name}&sha={sha}"
        found = self.person.call("GET", f"/repos/{self.repository}/deployments?{query}")
        if not found:
            return None
        told = self.person.call("GET", f"/repos/{self.repository}/deployments/{found[0]['id']}/statuses")
        return dict(told[0]) if told else None

    def told(self, sha: str, state: str) -> dict[str, Any]:
        """The status of a commit's GitHub deployment, once it says so."""

        def look() -> dict[str, Any] | None:
            status = self.on_github(sha)
            return status if status and status["state"] == state else None

        return eventually(look, f"GitHub's deployment of {sha[:7]} to {self.name} to be {state}")

    def visitors(self) -> "Visitors":
        """Somebody who asks its address again and again."""
        return Visitors(self.environment()["url"])


def visit_live(url: str) -> httpx.Response:
    """One visit, like a client without a browser."""
    with httpx.Client(transport=Loopback(), timeout=30) as client:
        return client.get(url)


@dataclass
class Visitors:
    """A thread that asks all the while, and what it was told."""

    url: str
    #: How often each answer came: status and body, or what went wrong.
    answers: Counter[tuple[int, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        eventually(lambda: self.answers.total() > 0, f"a first answer of {self.url}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        with httpx.Client(transport=Loopback(), timeout=30) as client:
            while not self._over.is_set():
                self.answers[self._one(client)] += 1
                self._over.wait(0.02)

    def _one(self, client: httpx.Client) -> tuple[int, str]:
        try:
            answer = client.get(self.url)
        except httpx.TransportError as problem:
            return 0, repr(problem)
        return answer.status_code, answer.text


def seconds_until(url: str, text: str) -> float:
    """How long it takes until an address says so."""
    began = time.monotonic()
    eventually(lambda: visit_live(url).text == text, f"{url} to say {text!r}")
    return time.monotonic() - began
