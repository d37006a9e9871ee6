"""Deliveries in every order, twice, early and late: the end is always the same (fault E1)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from engine.work.handler import Again
from tests.faults.conftest import Figures
from tests.forge.payloads import a_pull_request_event
from tests.intake.world import World


@dataclass(frozen=True)
class Told:
    """One delivery, and how the pull request was at that moment."""

    action: str
    commit: str
    open: bool


#: What really happened, in this order. The second begins before we heard of the pull request.
LEFT_OPEN = (
    Told("opened", "a", True),
    Told("synchronize", "b", True),
    Told("closed", "b", False),
    Told("reopened", "b", True),
)
LEFT_CLOSED = (
    Told("reopened", "a", True),
    Told("opened", "a", True),
    Told("synchronize", "b", True),
    Told("closed", "b", False),
)
HISTORIES = {"left open": LEFT_OPEN, "left closed": LEFT_CLOSED}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all orders: each has a pull request of its own."""
    made = World(Path(tmp_path_factory.mktemp("order")))
    yield made
    made.close()


class Story:
    """One pull request to which a history happens."""

    def __init__(self, world: World, history: Sequence[Told], number: int) -> None:
        self.world = world
        self.history = history
        self.number = number

    def at_github(self, told: Told) -> None:
        """GitHub shows the pull request as it was with `told`, from now on."""
        self.world.at_github(self.number, self.sha(told.commit), **state_of(told))

    def deliver(self, told: Told) -> str:
        """A delivery comes in."""
        changes: dict[str, Any] = {"number": self.number, "sha": self.sha(told.commit)} | state_of(told)
        return self.world.receive("pull_request", a_pull_request_event(told.action, **changes))

    def work(self, key: str) -> None:
        """Its job, tried again when it says so."""
        attempts = 1
        while isinstance(self.world.run(key, attempts), Again):
            attempts += 1

    def sha(self, commit: str) -> str:
        """A commit of this pull request alone."""
        return hashlib.sha1(f"{self.number} {commit}".encode()).hexdigest()

    def end(self) -> tuple[str, list[str]]:
        """How the preview stands, and which commits are being built; all others have ended."""
        preview = self.world.find_preview(self.number)
        unfinished = [build.sha for build in self.world.builds(self.number) if not build.state.terminal]
        life = "none" if preview is None or preview.life == "removed" else preview.life
        return life, unfinished


def state_of(told: Told) -> dict[str, Any]:
    """The fields of a pull request that is open or closed."""
    return {"state": "open" if told.open else "closed"}


def all_at_the_end(story: Story, order: Sequence[Told]) -> list[str]:
    """Everything has happened, and everything has come in, before the first job runs."""
    story.at_github(story.history[-1])
    keys = [story.deliver(told) for told in order]
    for key in keys:
        story.work(key)
    return keys


def one_by_one(story: Story, order: Sequence[Told]) -> list[str]:
    """Everything has happened; each delivery is worked on before the next one comes."""
    story.at_github(story.history[-1])
    keys = []
    for told in order:
        keys.append(story.deliver(told))
        story.work(keys[-1])
    return keys


def as_it_happens(story: Story, order: Sequence[Told]) -> list[str]:
    """Each is worked on when it comes, while GitHub is only as far as what it has told."""
    keys = []
    for position, told in enumerate(order):
        furthest = max(order[: position + 1], key=story.history.index)
        story.at_github(furthest)
        keys.append(story.deliver(told))
        story.work(keys[-1])
    return keys


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("how", [all_at_the_end, one_by_one, as_it_happens])
def test_every_order_of_four_deliveries_ends_the_same(world: World, history: str, how: Any, figures: Figures) -> None:
    told = HISTORIES[history]
    wrong = []
    for order in permutations(told):
        story = Story(world, told, number=1 + len(world.repository.pull_requests))
        keys = how(story, order)
        expected = ("open", [story.sha("b")]) if told[-1].open else ("none", [])
        ended = story.end()
        for key in keys:
            story.work(key)
        if ended != expected or story.end() != expected:
            wrong.append(f"{[each.action for each in order]}: {ended}, and again {story.end()}")
    figures.say(f"E1 {history}, {how.__name__.replace('_', ' ')}: 24 orders, each twice, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)
