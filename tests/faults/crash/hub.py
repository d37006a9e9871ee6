"""The playground as the crash tests need it: a fresh pull request for each run, its deliveries, and what is shown."""

import itertools
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from engine.domain.event import Repository
from engine.store.port import Delivery
from tests.forge.payloads import in_bytes
from tests.stories.person import Checkout, Person, git

#: Branches that are pushed at once: one push of many costs little more than one of one.
MANY = 100


@dataclass(frozen=True)
class Pull:
    """A pull request of its own, with two commits: `old` below `head`."""

    number: int
    head: str
    old: str


@dataclass
class Hub:
    """One repository of `writer`, whose every branch has a small site."""

    person: Person
    folder: Path
    #: What the application looks like; `slipway.yml` decides how it starts.
    files: dict[str, str]
    name: str = "crashes"
    repository: dict[str, Any] = field(default_factory=dict)
    installation_id: int = 0

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.person.token}", "Accept": "application/vnd.github+json"}
        # One connection for all calls; there is no TLS here.
        self._client = httpx.Client(base_url=self.person.api_url, headers=headers, timeout=30, verify=False)
        self.call("POST", "/user/repos", {"name": self.name, "private": True, "auto_init": True})
        self.full_name = f"{self.person.login}/{self.name}"
        self.repository = self.call("GET", f"/repos/{self.full_name}")
        self._checkout = Checkout.of(self.person, self.full_name, self.folder)
        self._checkout.push(self.files, "main", "The site")
        self._branches: list[tuple[str, str, str]] = []
        self._numbers = itertools.count(1)

    def as_told(self) -> Repository:
        """The repository, as a delivery gives it."""
        told = self.repository
        return Repository(
            int(told["id"]), str(told["full_name"]), "main", private=True, clone_url=str(told["clone_url"])
        )

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One call as the writer."""
        answer = self._client.request(method, path, json=body)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def pull(self) -> Pull:
        """Opens a pull request of two new commits."""
        if not self._branches:
            self._grow()
        branch, old, head = self._branches.pop()
        body = {"title": "Change it", "head": branch, "base": "main"}
        made = self.call("POST", f"/repos/{self.full_name}/pulls", body)
        return Pull(int(made["number"]), head, old)

    def comment(self, pull: Pull, text: str) -> dict[str, Any]:
        """The writer comments."""
        return dict(self.call("POST", f"/repos/{self.full_name}/issues/{pull.number}/comments", {"body": text}))

    def close(self, pull: Pull) -> None:
        """The writer closes the pull request."""
        self.call("PATCH", f"/repos/{self.full_name}/pulls/{pull.number}", {"state": "closed"})

    def pull_request_delivery(self, pull: Pull, action: str) -> Delivery:
        """What GitHub tells of a pull request now."""
        told = self.call("GET", f"/repos/{self.full_name}/pulls/{pull.number}")
        return self._delivery(pull, "pull_request", {"action": action, "number": pull.number, "pull_request": told})

    def comment_delivery(self, pull: Pull, comment: dict[str, Any]) -> Delivery:
        """What GitHub tells of a comment."""
        issue = {"number": pull.number, "state": "open", "pull_request": {"url": "https://github.example/x"}}
        return self._delivery(pull, "issue_comment", {"action": "created", "issue": issue, "comment": comment})

    def comments(self, pull: Pull) -> list[str]:
        """The bodies of what the bot wrote."""
        found = self.call("GET", f"/repos/{self.full_name}/issues/{pull.number}/comments?per_page=100")
        return [str(each["body"]) for each in found if each["user"]["type"] == "Bot"]

    def creations(self, kind: str, **facts: object) -> int:
        """How often something was created, whether it is still there or not."""
        answer = self._client.get(f"{self.person.web_url}/playground/effects", params={"kind": kind})
        wanted = (facts | {"repository": self.full_name}).items()
        return sum(wanted <= each.items() for each in answer.json())

    def runs(self, sha: str) -> list[dict[str, Any]]:
        """Every check run of a commit."""
        found = self.call("GET", f"/repos/{self.full_name}/commits/{sha}/check-runs?filter=all&per_page=100")
        return list(found["check_runs"])

    def fixes(self, pull: Pull) -> int:
        """How many commits of the pull request are fixes of ours."""
        found = self.call("GET", f"/repos/{self.full_name}/pulls/{pull.number}/commits?per_page=100")
        return sum("\nSlipway-Fix: fix_" in each["commit"]["message"] for each in found)

    def reactions(self, comment_id: int) -> list[str]:
        """What is on a comment."""
        found = self.call("GET", f"/repos/{self.full_name}/issues/comments/{comment_id}/reactions")
        return sorted(str(each["content"]) for each in found)

    def _delivery(self, pull: Pull, event: str, payload: dict[str, Any]) -> Delivery:
        sender = {"login": self.person.login, "id": self.repository["owner"]["id"], "type": "User"}
        envelope = {"repository": self.repository, "sender": sender, "installation": {"id": self.installation_id}}
        return Delivery(
            key=f"gh:{event}-{next(self._numbers)}",
            source="github",
            event=event,
            body=in_bytes(payload | envelope),
            installation_id=self.installation_id,
            order_key=f"pull:{self.repository['id']}:{pull.number}",
        )

    def _grow(self) -> None:
        """Many branches of two commits each, in one push."""
        first = next(self._numbers)
        names = [f"b{first}-{number}" for number in range(MANY)]
        base = git(self._checkout.folder, "rev-parse", "HEAD")
        script = "".join(_two_commits(name, base) for name in names)
        subprocess.run(
            ["git", "fast-import", "--quiet"],
            cwd=self._checkout.folder,
            input=script,
            text=True,
            check=True,
            timeout=60,
        )
        git(self._checkout.folder, "push", "-q", "origin", *(f"refs/heads/{name}" for name in names),
            token=self.person.token)  # fmt: skip
        lines = git(self._checkout.folder, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/b*")
        heads = dict(line.split() for line in lines.splitlines())
        olds = git(self._checkout.folder, "rev-parse", *(f"{name}~1" for name in names)).splitlines()
        self._branches = [(name, old, heads[name]) for name, old in zip(names, olds, strict=True)]


def _two_commits(name: str, base: str) -> str:
    """fast-import's words for a branch of two commits, each with a page of its own."""
    words = ""
    for position in ("old", "head"):
        page = f"<h1>{name} {position}</h1>"
        message = f"{name} {position}"
        words += f"commit refs/heads/{name}\ncommitter writer <writer@example.com> 1700000000 +0000\n"
        words += f"data {len(message)}\n{message}\n" + (f"from {base}\n" if position == "old" else "")
        words += f"M 100644 inline index.html\ndata {len(page)}\n{page}\n"
    return words
