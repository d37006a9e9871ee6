"""A fix from the ask to the branch, at a GitHub: what the next look finds is better."""

from pathlib import Path

import pytest

from engine.domain.inspection import Fix, FixState, FixWay
from engine.domain.job import JobKind
from engine.forge.github import GitHubForge
from engine.forge.writing_github import GitHubWriting
from engine.readiness.fix_handler import FixHandler
from engine.readiness.fixes.table import offers
from engine.readiness.judge import judge
from engine.readiness.looking import facts_of
from engine.sandboxes.memory import MemorySandboxes
from engine.settings import read_settings
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors, Wanted
from engine.source.snapshot import Snapshot
from engine.store import fixes, repositories
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from engine.work.runner import Runner
from tests.databases import Databases
from tests.forge.at_playground import AtPlayground
from tests.forge.branches import Branch, a_branch
from tests.forge.conftest import github
from tests.pipeline.acting import Actor
from tests.readiness.fixes.rig import APP

__all__ = ["github"]
SHOP = "acme/shop"


class Shop:
    """The playground's shop with a pull request, and hands that make fixes."""

    def __init__(self, github: AtPlayground, databases: Databases, folder: Path, name: str) -> None:
        self.forge, self.ref = GitHubForge(github.clients), github.ref(SHOP)
        self.branch: Branch = a_branch(github, SHOP, name)
        self.database = databases.shared()
        self.mirrors = GitMirrors(RealShell(), folder / "mirrors")
        self.settings = read_settings(APP | {"DATA_DIR": str(folder), "GITHUB_WEB_URL": github.playground.web_url})
        sandboxes, writing = MemorySandboxes(Actor(), folder), GitHubWriting(github.clients)
        handler = FixHandler(self.database, self.forge, writing, self.mirrors, sandboxes, self.settings)
        store = SqlStore(self.database, self.settings.intervals, wakeups=MemoryWakeups())
        self.runner = Runner(store, {JobKind.FIX: handler}, self.settings.intervals, "test")

    def make(self, name: str) -> Fix:
        """Somebody asks for a fix of the head, and it is made."""
        login, account = "writer", int(self.branch.github.call("writer", "GET", "/user")["id"])
        where = {"installation_id": self.ref.installation_id, "repository_id": self.ref.id}
        new = fixes.NewFix(
            **where, number=self.branch.number, sha=self.head, name=name, login=login, account=account, delivery=name
        )
        with self.database.write() as connection:
            repositories.record(connection, self.ref.installation_id, self.forge.find(SHOP)[1], 1.0)
            fix = fixes.ask(connection, new, 1.0)
        while self.runner.run_one(["work"]):
            pass
        with self.database.read() as connection:
            made = fixes.by_id(connection, fix.id)
        assert made is not None
        return made

    @property
    def head(self) -> str:
        """Where the pull request is now."""
        return self.forge.pull_request(self.ref, self.branch.number).head_sha

    def files(self) -> Snapshot:
        """The files of the head."""
        return self.mirrors.snapshot(Wanted(self.ref.id, self.head), self.forge.clone_credentials(self.ref))

    def offered(self) -> set[str]:
        """The fixes that a look at the head offers."""
        facts = facts_of(self.files())
        return {offer.name for offer in offers(facts, judge(facts).findings)}


@pytest.fixture
def shop(github: AtPlayground, sqlite_databases: Databases, tmp_path: Path) -> Shop:
    return Shop(github, sqlite_databases, tmp_path, f"fixes-{tmp_path.name}")


def test_a_fix_is_on_the_branch_and_is_offered_no_more(shop: Shop) -> None:
    offered = shop.offered() - {"lock-file"}
    assert offered
    for name in sorted(offered):
        before = shop.head
        fix = shop.make(name)
        assert (fix.state, fix.way, fix.commit_sha) == (FixState.DONE, FixWay.COMMIT, shop.head), fix.sentence
        shown = shop.branch.github.call("reader", "GET", f"/repos/{SHOP}/commits/{fix.commit_sha}")
        assert shown["author"]["login"] == "slipway[bot]"
        assert "\nCo-authored-by: writer <" in shown["commit"]["message"]
        assert [parent["sha"] for parent in shown["parents"]] == [before]
    assert not shop.offered() & offered


def test_on_a_protected_branch_the_fix_is_told(shop: Shop) -> None:
    name = min(shop.offered() - {"lock-file"})
    before = shop.head
    shop.branch.protect()
    fix = shop.make(name)
    assert (fix.state, fix.way, shop.head) == (FixState.DONE, FixWay.PATCH, before)
    assert "Changes must be made through a pull request." in fix.sentence
    assert "```diff\ndiff --git a/" in fix.sentence
