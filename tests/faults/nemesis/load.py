"""People at work on many pull requests of several repositories and installations: pushes, commands, closes."""

import random
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from engine.work.edge import Crashed, guarded
from tests.stories.person import Checkout, Person, git

#: Whose repositories they are; each account has an installation of its own.
OWNERS = ("writer", "admin", "reader")
COMMANDS = ("/preview", "/preview", "/status", "/help", "/previw", "/preview stop")


@dataclass
class Pull:
    """One pull request, with the commits that will be pushed to it."""

    owner: str
    repository: str
    number: int
    branch: str
    commits: list[str]
    open: bool = True
    #: Comment ids of commands that were given.
    commands: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`owner/name#1`."""
        return f"{self.repository}#{self.number}"


@dataclass(frozen=True)
class Size:
    """How much is done."""

    repositories: int
    pulls: int
    #: Things done to each pull request.
    acts: int


class Trouble(Exception):
    """GitHub did not do what somebody asked, or didn't say so."""


class Load:
    """Prepares everything at the playground, then acts, from a thread of its own."""

    def __init__(self, people: dict[str, Person], folder: Path, size: Size, dice: random.Random) -> None:
        self.people = people
        self.size = size
        self.dice = dice
        self.folder = folder
        #: Those that are acted upon.
        self.pulls: list[Pull] = []
        self.checkouts: dict[str, Checkout] = {}
        self.done = threading.Event()
        self.error: BaseException | None = None
        #: How many things were done, by their kind.
        self.acts: dict[str, int] = {}
        self._client = httpx.Client(timeout=60, verify=False)

    def prepare(self) -> None:
        """Repositories with branches; pull requests are opened later, as part of the load."""
        for owner in OWNERS:
            for number in range(self.size.repositories):
                self.pulls += self.repository(owner, f"load-{number}", self.size)

    def start(self) -> None:
        """Begins to act."""
        threading.Thread(target=self._run, name="load", daemon=True).start()

    def shut(self) -> None:
        """Closes the connections."""
        self._client.close()

    def close_all(self) -> None:
        """Every pull request that is still open is closed."""
        for pull in self.pulls:
            if pull.open:
                self.close(pull)

    def push_at_once(self, pull: Pull, times: int) -> list[str]:
        """So many pushes as quickly as the playground takes them; the commits."""
        pushed = [pull.commits.pop(0) for _ in range(times)]
        for sha in pushed:
            self._push_one(pull, sha)
        return pushed

    def call(self, owner: str, method: str, path: str, body: object = None) -> Any:
        """One call of a person."""
        person = self.people[owner]
        headers = {"Authorization": f"Bearer {person.token}", "Accept": "application/vnd.github+json"}
        try:
            answer = self._client.request(method, person.api_url + path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise Trouble(f"{method} {path}: {error}") from error
        if answer.status_code >= 300:
            raise Trouble(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def _run(self) -> None:
        outcome = guarded(self._work)
        self.error = outcome.error if isinstance(outcome, Crashed) else None
        self.done.set()

    def _work(self) -> None:
        busy = [pull for pull in self.pulls for _ in range(self.size.acts)]
        self.dice.shuffle(busy)
        for pull in busy:
            self._act(pull)

    def _act(self, pull: Pull) -> None:
        if not pull.number:
            self._count("open")
            self.open(pull)
        elif not pull.open:
            self._count("reopen")
            self.call(pull.owner, "PATCH", f"/repos/{pull.repository}/pulls/{pull.number}", {"state": "open"})
            pull.open = True
        else:
            chosen = self.dice.choices((self._push, self._command, self.close), (5, 4, 1))[0]
            chosen(pull)

    def open(self, pull: Pull) -> None:
        """Opens a prepared pull request."""
        body = {"title": "Change it", "head": pull.branch, "base": "main"}
        pull.number = int(self.call(pull.owner, "POST", f"/repos/{pull.repository}/pulls", body)["number"])

    def _push(self, pull: Pull) -> None:
        if pull.commits:
            self._count("push")
            self._push_one(pull, pull.commits.pop(0))

    def _push_one(self, pull: Pull, sha: str) -> None:
        checkout = self.checkouts[pull.repository]
        git(checkout.folder, "push", "-q", "origin", f"{sha}:refs/heads/{pull.branch}", token=checkout.person.token)

    def _command(self, pull: Pull) -> None:
        self._count("command")
        where = f"/repos/{pull.repository}/issues/{pull.number}/comments"
        body = f"{self.dice.choice(COMMANDS)}\n\nWord number {sum(self.acts.values())}."
        made: dict[str, Any] | None = None
        while made is None:
            # GitHub's troubles are people's too: whoever got no answer looks whether it was written.
            with suppress(Trouble):
                made = self._written(pull, body) or self.call(pull.owner, "POST", where, {"body": body})
        pull.commands.append(int(made["id"]))

    def _written(self, pull: Pull, body: str) -> dict[str, Any] | None:
        found = self.call(pull.owner, "GET", f"/repos/{pull.repository}/issues/{pull.number}/comments?per_page=100")
        return next((each for each in found if each["body"] == body), None)

    def close(self, pull: Pull) -> None:
        """Closes a pull request."""
        self._count("close")
        self.call(pull.owner, "PATCH", f"/repos/{pull.repository}/pulls/{pull.number}", {"state": "closed"})
        pull.open = False

    def _count(self, kind: str) -> None:
        self.acts[kind] = self.acts.get(kind, 0) + 1

    def repository(self, owner: str, name: str, size: Size) -> list[Pull]:
        """A new repository with branches for pull requests."""
        person = self.people[owner]
        full_name = f"{owner}/{name}"
        self.call(owner, "POST", "/user/repos", {"name": name, "private": True, "auto_init": True})
        checkout = Checkout.of(person, full_name, self.folder / owner / name)
        self.checkouts[full_name] = checkout
        checkout.push({"index.html": "<h1>main</h1>"}, "main")
        made = []
        for number in range(size.pulls):
            branch = f"change-{number}"
            commits = a_branch(checkout.folder, branch, 1 + size.acts)
            git(checkout.folder, "push", "-q", "origin", f"{commits[0]}:refs/heads/{branch}", token=person.token)
            made.append(Pull(owner, full_name, 0, branch, commits[1:]))
        return made


def a_branch(folder: Path, branch: str, commits: int) -> list[str]:
    """Commits one upon the other, each with a page of its own; oldest first."""
    base = git(folder, "rev-parse", "HEAD")
    words = ""
    for number in range(commits):
        page = f"<h1>{branch} {number}</h1>"
        words += (
            f"commit refs/prepared/{branch}\ncommitter writer <writer@example.com> {1_700_000_000 + number} +0000\n"
        )
        words += f"data {len(page)}\n{page}\n" + ("" if number else f"from {base}\n")
        words += f"M 100644 inline index.html\ndata {len(page)}\n{page}\n"
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=words, text=True, check=True, timeout=60)
    listed = git(folder, "rev-list", "--reverse", f"{base}..refs/prepared/{branch}")
    return listed.splitlines()


def people_of(facts: dict[str, Any], names: Sequence[str] = OWNERS) -> dict[str, Person]:
    """The playground's accounts."""
    users = {str(user["login"]): user for user in facts["users"]}
    return {name: Person(facts["api_url"], facts["web_url"], name, users[name]["token"], "", "") for name in names}
