"""A person at GitHub, with a token, git and HTTP only: what a script could do, no more."""

import base64
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

#: How long a story waits for something to become true; generous, since machines are slow and shared.
PATIENCE = 120.0

#: What Slipway calls its check of a pull request's preview.
PREVIEW_CHECK = "Slipway preview"


def eventually(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """The first truthy answer of `look`; fails naming `what` when none comes in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = look()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {patience:.0f} s in vain for: {what}")


@dataclass
class Person:
    """Somebody with an account at the playground."""

    api_url: str
    web_url: str
    login: str
    token: str
    slipway_url: str
    slipway_token: str

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One API call; fails on anything but success."""
        answer = httpx.request(
            method,
            self.api_url + path,
            json=body,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"},
            timeout=30,
        )
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def comment(self, repository: str, number: int, text: str) -> int:
        """Writes a comment; its id."""
        answer = self.call("POST", f"/repos/{repository}/issues/{number}/comments", {"body": text})
        return int(answer["id"])

    def comments(self, repository: str, number: int) -> list[dict[str, Any]]:
        """All comments of a pull request."""
        found = self.call("GET", f"/repos/{repository}/issues/{number}/comments?per_page=100")
        return list(found)

    def sticky(self, repository: str, number: int) -> list[dict[str, Any]]:
        """The comments that the bot wrote."""
        return [each for each in self.comments(repository, number) if each["user"]["type"] == "Bot"]

    def reactions(self, repository: str, comment: int) -> set[str]:
        """What was reacted to a comment."""
        found = self.call("GET", f"/repos/{repository}/issues/comments/{comment}/reactions")
        return {each["content"] for each in found}

    def check_runs(self, repository: str, sha: str) -> list[dict[str, Any]]:
        """The check runs of a commit."""
        found = self.call("GET", f"/repos/{repository}/commits/{sha}/check-runs")
        return list(found["check_runs"])

    def concluded(self, repository: str, sha: str, name: str = PREVIEW_CHECK) -> dict[str, Any]:
        """The one check run of a commit that has this name, once it is completed."""

        def look() -> dict[str, Any] | None:
            runs = [run for run in self.check_runs(repository, sha) if run["name"] == name]
            assert len(runs) <= 1, [run["name"] for run in runs]
            return runs[0] if runs and runs[0]["status"] == "completed" else None

        return eventually(look, f"a completed check run on {repository}@{sha[:7]}")

    def pull_request(self, repository: str, number: int) -> dict[str, Any]:
        """A pull request."""
        found = self.call("GET", f"/repos/{repository}/pulls/{number}")
        return dict(found)

    def head(self, repository: str, number: int) -> str:
        """The head commit of a pull request."""
        return str(self.pull_request(repository, number)["head"]["sha"])

    def previews(self, repository: str, number: int) -> list[dict[str, Any]]:
        """What Slipway's API says of a pull request."""
        answer = self.slipway("GET", f"/api/previews?repository={repository}&pull_request={number}")
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def slipway(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One call to Slipway's own API."""
        headers = {"Authorization": f"Bearer {self.slipway_token}"}
        return httpx.request(method, self.slipway_url + path, json=body, headers=headers, timeout=30)

    def asks(self, path: str, body: object, moved: str) -> httpx.Response:
        """Asks Slipway for something, again as long as it hears of a push that came before and says that code."""

        def look() -> httpx.Response | None:
            answer = self.slipway("POST", path, body)
            again = answer.status_code == 409 and answer.json()["error"]["code"] == moved
            return None if again else answer

        return eventually(look, f"an answer to {body}")

    def share(self, preview_id: str) -> str:
        """Mints a share link; its address."""
        answer = self.slipway("POST", f"/api/previews/{preview_id}/share")
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["url"])


def git(folder: Path, *words: str, token: str = "") -> str:
    """Runs git in `folder`, by a token in a header that never shows on the command line."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    environment |= {f"GIT_{who}_{what}": "writer@example.com" if what == "EMAIL" else "writer"
                    for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}  # fmt: skip
    if token:
        basic = base64.b64encode(f"x:{token}".encode()).decode()
        environment |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        }
    done = subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout.strip()


@dataclass
class Checkout:
    """A clone that a person works in."""

    folder: Path
    person: Person

    @classmethod
    def of(cls, person: Person, repository: str, folder: Path, branch: str = "") -> "Checkout":
        """Clones a repository, on `branch` if one is named."""
        chosen = ["--branch", branch] if branch else []
        folder.parent.mkdir(parents=True, exist_ok=True)
        git(folder.parent, "clone", "-q", *chosen, "--", f"{person.web_url}/{repository}.git", folder.name,
            token=person.token)  # fmt: skip
        return cls(folder, person)

    def push(self, files: Mapping[str, str], branch: str, message: str = "Change it") -> str:
        """Commits files and pushes them to `branch`; the new commit's id."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "-q", "-m", message)
        git(self.folder, "push", "-q", "origin", f"HEAD:refs/heads/{branch}", token=self.person.token)
        return git(self.folder, "rev-parse", "HEAD")


def visit(share_url: str, path: str = "/") -> httpx.Response:
    """Opens a share link like a client without a browser: cookies kept, redirects followed, names found on loopback."""
    with httpx.Client(transport=Loopback(), follow_redirects=True, timeout=30) as client:
        first = client.get(share_url)
        return first if path == "/" else client.get(first.url.join(path))


class Loopback(httpx.BaseTransport):
    """Sends every `*.localhost` request to 127.0.0.1 with its Host, since resolvers of programs don't know the name."""

    def __init__(self) -> None:
        self.wire = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Rewrites only where the bytes go; the Host stays."""
        here = request.url.copy_with(host="127.0.0.1")
        moved = httpx.Request(request.method, here, headers=request.headers, stream=request.stream)
        return self.wire.handle_request(moved)

    def close(self) -> None:
        """Closes the sockets."""
        self.wire.close()
