"""A repository with a history that is worth resolving and comparing, at a GitHub and in memory."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.forge.commits import CheckResult, CheckState, Commits
from engine.forge.commits_memory import History, MemoryCommits
from engine.forge.port import RepositoryRef
from tests.forge.at_playground import AtPlayground
from tests.playground.app_tokens import app_client, installation_client
from tests.playground.working_copy import WorkingCopy

SHOP = "acme/shop"


@dataclass
class Told:
    """The commits by the names that tests give them, and where the refs point."""

    shop: RepositoryRef
    #: The default branch before anything was done here.
    base: str
    commits: dict[str, str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.commits[name]


def make_history(github: AtPlayground, folder: Path) -> Told:
    """Branches with slashes, tags of both kinds, a tag with a branch's name, and a commit that only a fork has."""
    playground = github.playground
    copy = WorkingCopy.clone(playground.git_url(SHOP, playground.token("writer")), folder / "copy")
    told = Told(github.ref(SHOP), copy.head)
    for name, branch in (("one", "line"), ("two", ""), ("three", "")):
        told.commits[name] = copy.commit(
            f"{name}.txt", name, branch=branch or None, message=f"Add {name}\n\nAt length."
        )
    copy.git("tag", "v1", told["one"])
    copy.git("tag", "--annotate", "--message", "The second", "v2", told["two"])
    copy.git("tag", "line", told["one"])
    copy.push("refs/heads/line", "refs/tags/v1", "refs/tags/v2", "refs/tags/line")
    copy.git("switch", "--quiet", "main")
    told.commits["side"] = copy.commit("side.txt", "side", branch="feature/main", message="Go aside")
    copy.push("feature/main")
    told.commits["fork"] = _in_fork(github, folder)
    copy.git("fetch", "--quiet", "--tags")
    told.refs = {name: sha for name, sha in copy.remote_refs().items() if not name.startswith("refs/pull/")}
    return told


def _in_fork(github: AtPlayground, folder: Path) -> str:
    """A commit of a fork whose pull request GitHub keeps among ours."""
    playground = github.playground
    name = str(github.call("reader", "POST", f"/repos/{SHOP}/forks", {})["full_name"])
    copy = WorkingCopy.clone(playground.git_url(name, playground.token("reader")), folder / "fork")
    sha = copy.commit("theirs.txt", "theirs", branch="theirs")
    copy.push("theirs")
    wanted = {"title": "Theirs", "head": f"reader:{'theirs'}", "base": "main"}
    github.call("reader", "POST", f"/repos/{SHOP}/pulls", wanted)
    return sha


def in_memory(told: Told) -> Commits:
    """The same in memory."""
    held = MemoryCommits()
    history: History = held.history(told.shop.id)
    history.add(told.base, branch="main")
    history.add(told["one"], told.base, title="Add one", changed=("one.txt",))
    history.add(told["two"], told["one"], title="Add two", changed=("two.txt",))
    history.add(told["three"], told["two"], branch="line", title="Add three", changed=("three.txt",))
    history.add(told["side"], told.base, branch="feature/main", title="Go aside", changed=("side.txt",))
    history.add(told["fork"], told.base)
    history.refs |= {"refs/tags/v1": told["one"], "refs/tags/v2": told["two"], "refs/tags/line": told["one"]}
    history.checks[told["three"]] = (
        CheckResult("ci/lint", CheckState.GREEN, 0),
        CheckResult("ci/test", CheckState.FAILED, 0),
    )
    return held


def give_checks(github: AtPlayground, told: Told) -> None:
    """What checks say of the commit `three`: two contexts, one of them twice, and a check run of our own App."""
    for context, state in (
        ("ci/lint", "pending"),
        ("ci/test", "success"),
        ("ci/lint", "success"),
        ("ci/test", "error"),
    ):
        said: dict[str, Any] = {"state": state, "context": context}
        github.call("writer", "POST", f"/repos/{SHOP}/statuses/{told['three']}", said)
    with app_client(github.playground) as app, installation_client(github.playground, app, SHOP) as ours:
        run = {"name": "Slipway preview", "head_sha": told["three"], "status": "in_progress"}
        assert ours.post(f"/repos/{SHOP}/check-runs", json=run).status_code == 201
