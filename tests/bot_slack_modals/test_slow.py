"""Modals while GitHub doesn't answer: open at once all the same, and what is drawn is what was chosen last."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.access.permissions import Permissions
from engine.forge.commits import Comparison
from engine.forge.commits_memory import MemoryCommits
from engine.forge.port import RepositoryRef
from tests.access.world import World
from tests.bot_slack_modals.bench import DEADLINE, Bench, shown
from tests.bot_slack_modals.story import CHOSEN, furnish
from tests.pages.deploys import Deploys


class HeldCommits(MemoryCommits):
    """Compares with one commit only once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.held = ""
        self.asked, self.go = threading.Event(), threading.Event()

    def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison:
        """Waits."""
        if head == self.held:
            self.asked.set()
            assert self.go.wait(DEADLINE)
        return super().compare(repository, base, head)


@pytest.fixture
def commits() -> HeldCommits:
    """The comparison that is waited for."""
    return HeldCommits()


@pytest.fixture
def world(tmp_path: Path, commits: HeldCommits) -> Iterator[World]:
    made = World(tmp_path)
    made.commits = commits
    made.permissions = Permissions(made.forge, 60.0)
    yield made
    commits.go.set()
    made.close()


@pytest.fixture(autouse=True)
def story(world: World, deploys: Deploys) -> None:
    furnish(world, deploys)


def test_a_late_answer_of_github_changes_nothing_about_a_newer_choice(bench: Bench, commits: HeldCommits) -> None:
    commits.held = "c" * 40
    commits.history(7).refs["refs/heads/older"] = "b" * 40
    bench.type("deploy")
    window = bench.window()
    bench.choose_and_see(window, "project", CHOSEN)
    bench.choose(window, "ref", CHOSEN)
    bench.until(lambda: commits.asked.is_set() or None)
    bench.choose(window, "ref", CHOSEN | {"ref": "older"})
    assert "`bbbbbbb` of `older`" in shown(bench.window("What would ship"))
    views = len(window.views)
    commits.go.set()
    bench.choose(window, "ref", CHOSEN | {"ref": "older"})
    bench.until(lambda: len(window.views) > views or None)
    assert not any("`ccccccc` of `main`" in str(view) for view in window.views)


def test_others_open_while_many_wait_for_github(bench: Bench, commits: HeldCommits) -> None:
    commits.held = "c" * 40
    bench.type("deploy")
    window = bench.window()
    bench.choose_and_see(window, "project", CHOSEN)
    for _ in range(20):
        bench.choose(window, "ref", CHOSEN)
    bench.until(lambda: commits.asked.is_set() or None)
    bench.type("deploy")
    bench.until(lambda: len(bench.slack.windows) > 1 or None)
    assert "Looking it up" in shown(list(bench.slack.windows.values())[-1])
    commits.go.set()
    assert bench.window("Project")
