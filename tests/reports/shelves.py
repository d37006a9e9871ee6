"""The outside, seen the same way whether it is a GitHub or memory: which reports are there, and what they show."""

import itertools
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.reports.check_text import CheckRun
from engine.reports.comment_text import StickyComment
from engine.reports.commit_text import CommitComment
from engine.reports.deploy_render import RendersCommitComments, RendersDeployments
from engine.reports.deployment_text import Deployment, Deployments, Status
from engine.reports.github_check import GitHubCheck
from engine.reports.github_comment import GitHubComment
from engine.reports.github_commit_comment import GitHubCommitComment
from engine.reports.github_deployment import GitHubDeployment
from engine.reports.github_reaction import GitHubReaction
from engine.reports.links import Links
from engine.reports.memory import MemoryReporter
from engine.reports.port import Posted, Reporter, Subject
from engine.reports.reaction_text import Reactions
from engine.reports.render import RendersChecks, RendersComments, RendersReactions
from engine.settings import read_settings
from engine.store.repositories import StoredRepository
from tests.forge.at_playground import AtPlayground

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))
KINDS = ("check", "comment", "reaction", "deployment", "commit")
#: What a deployment shows as ended.
ENDED = Status("inactive", "ended")
_numbers = itertools.count(1)


class Shelf(Protocol):
    """One subject outside, with its reporter."""

    @property
    def reporter(self) -> Reporter:
        """Whose promise is held."""
        ...

    def content(self, turn: int) -> object:
        """What the subject should show in its first, second, … state."""
        ...

    def there(self) -> list[str]:
        """What is there outside: one text per report of this subject."""
        ...

    def text(self, turn: int) -> str:
        """The text that shows that state."""
        ...


@dataclass
class InMemory:
    """A subject of the reporter in memory."""

    kind: str
    reporter: MemoryReporter = field(default_factory=lambda: MemoryReporter(RendersReactions()))

    def content(self, turn: int) -> object:
        return self.text(turn)

    def there(self) -> list[str]:
        return [str(shown) for shown in self.reporter.shown.values()]

    def text(self, turn: int) -> str:
        return f"{self.kind} {turn}"


@dataclass
class AtGitHub:
    """A subject at the playground: a pull request of its own in the sample repository."""

    github: AtPlayground
    kind: str

    def __post_init__(self) -> None:
        ref = self.github.ref("acme/shop")
        self.repository = StoredRepository(ref.id, ref.installation_id, ref.full_name, "main", True, "", True)
        self.head = str(self.github.call("reader", "GET", "/repos/acme/shop/pulls/1")["head"]["sha"])
        self.number = next(_numbers)
        self.marker = f"<!-- slipway:test:{self.number}:1 -->"
        written = self.github.call("writer", "POST", "/repos/acme/shop/issues/1/comments", {"body": "/preview"})
        self.comment_id = int(written["id"])

    @property
    def reporter(self) -> Reporter:
        clients = self.github.clients
        reporters: dict[str, Reporter] = {
            "check": GitHubCheck(clients, RendersChecks(LINKS)),
            "comment": GitHubComment(clients, RendersComments(LINKS)),
            "reaction": GitHubReaction(clients),
            "deployment": GitHubDeployment(clients, RendersDeployments(LINKS)),
            "commit": GitHubCommitComment(clients, RendersCommitComments(LINKS)),
        }
        return reporters[self.kind]

    def sibling(self, number: int) -> "AtGitHub":
        """Another subject of the same kind and place, without a call."""
        other = copy(self)
        other.marker = f"<!-- slipway:test:{self.number}-{number}:1 -->"
        return other

    def content(self, turn: int) -> object:
        contents: dict[str, object] = {
            "check": self._check(turn),
            "comment": StickyComment(self.repository, 1, self.marker, f"{self.marker}\n{self.text(turn)}"),
            "reaction": Reactions(self.repository, self.comment_id, ("eyes", "rocket")[:turn]),
            "deployment": Deployments(self.repository, "test", (self.deployment(turn),), ENDED),
            "commit": self._said_on_commit(turn),
        }
        return contents[self.kind]

    def text(self, turn: int) -> str:
        return ["eyes", "rocket"][turn - 1] if self.kind == "reaction" else f"{self.kind} {turn}"

    def there(self) -> list[str]:
        looks = {
            "check": self._checks,
            "comment": self._comments,
            "reaction": self._reactions,
            "deployment": lambda: [said[-1] if said else "" for said in self.statuses()],
            "commit": self._on_commit,
        }
        return looks[self.kind]()

    def remove(self) -> None:
        """Somebody deletes the comment or the deployment."""
        where = {"comment": "issues/comments", "deployment": "deployments", "commit": "comments"}[self.kind]
        found = {"comment": self._ours, "deployment": self.deployments, "commit": self._ours_on_commit}[self.kind]
        for each in found():
            self.github.call("admin", "DELETE", f"/repos/acme/shop/{where}/{each['id']}")

    def deployments(self) -> list[dict[str, Any]]:
        """The deployments of this subject, oldest first."""
        found = self.github.call("reader", "GET", f"/repos/acme/shop/deployments?sha={self.head}&per_page=100")
        ours = [each for each in found if each["payload"] == {"slipway": f"test:{self.marker}"}]
        return sorted(ours, key=lambda each: int(each["id"]))

    def statuses(self) -> list[list[str]]:
        """What was said of each of them, in order."""
        return [
            [
                str(status["description"])
                for status in reversed(
                    self.github.call("reader", "GET", f"/repos/acme/shop/deployments/{each['id']}/statuses")
                )
            ]
            for each in self.deployments()
        ]

    def deployment(self, turn: int) -> Deployment:
        """The deployment that shows that state: on its way, then a success."""
        state = Status("in_progress", self.text(turn), "http://localhost:8080/deploys/dep_1")
        if turn > 1:
            state = Status("success", self.text(turn), "http://localhost:8080/deploys/dep_1", "http://localhost:8081/")
        return Deployment(self.marker, self.head, f"place-{self.number}", "v1", False, False, state)

    def runs(self) -> list[dict[str, Any]]:
        """The check runs of this subject."""
        found = self.github.call(
            "reader", "GET", f"/repos/acme/shop/commits/{self.head}/check-runs?filter=all&per_page=100"
        )
        return [run for run in found["check_runs"] if run["external_id"] == self.marker]

    def _check(self, turn: int, **changes: Any) -> CheckRun:
        fields: dict[str, Any] = {
            "repository": self.repository,
            "sha": self.head,
            "external_id": self.marker,
            "conclusion": None if turn == 1 else "success",
            "title": "title",
            "summary": self.text(turn),
            "text": "",
            "details_url": "http://localhost:8080/jobs/bld_1",
            "started_at": "2026-11-21T03:04:00Z",
            "completed_at": "" if turn == 1 else "2026-11-21T03:05:00Z",
            "location": None,
            "message": "",
        }
        return CheckRun(**(fields | changes))

    def _said_on_commit(self, turn: int, news: str = "") -> CommitComment:
        body = f"{self.marker}\n{self.text(turn)}"
        told = self.marker.replace(" -->", ":mended -->")
        return CommitComment(self.repository, self.head, self.marker, body, f"{told}\n{news}" if news else "", told)

    def _ours_on_commit(self) -> list[dict[str, Any]]:
        found = self.github.call("reader", "GET", f"/repos/acme/shop/commits/{self.head}/comments?per_page=100")
        mine = self.marker.removesuffix(" -->")
        return [each for each in found if str(each["body"]).startswith(mine) and each["user"]["type"] == "Bot"]

    def _on_commit(self) -> list[str]:
        return [str(each["body"]).split("\n")[1] for each in self._ours_on_commit()]

    def _checks(self) -> list[str]:
        return [str(run["output"]["summary"]) for run in self.runs()]

    def _ours(self) -> list[dict[str, Any]]:
        found = self.github.call("reader", "GET", "/repos/acme/shop/issues/1/comments?per_page=100")
        return [each for each in found if str(each["body"]).startswith(self.marker) and each["user"]["type"] == "Bot"]

    def _comments(self) -> list[str]:
        return [str(each["body"]).split("\n")[1] for each in self._ours()]

    def _reactions(self) -> list[str]:
        path = f"/repos/acme/shop/issues/comments/{self.comment_id}/reactions"
        found = [str(each["content"]) for each in self.github.call("reader", "GET", path)]
        assert len(found) == len(set(found))
        return found[-1:]


def post(shelf: Shelf, turn: int, remote: dict[str, object] | None = None, *, uncertain: bool = False) -> Posted:
    """Posts a state, as the sender does."""
    subject = Subject("subject", 1, 7, remote or {}, uncertain)
    outcome = shelf.reporter.post(subject, shelf.content(turn))
    assert isinstance(outcome, Posted), outcome
    return outcome
