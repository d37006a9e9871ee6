"""A push, or a right that is taken away, at every point between an ask and the fetch of its commit (F-D2, F-D4, F-D5).

What is fetched is what whoever asked, and whoever approved, could see; or nothing is.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from engine.domain.gate import GateState
from engine.domain.job import JobKind
from engine.domain.release import DeployState
from tests.faults.points.house import House
from tests.forge.payloads import SHA_A, SHA_B, SHA_C

#: The points of a way without and with an approval: the first test counts them.
POINTS, MORE_POINTS = range(1, 21), range(1, 34)


def landings(points: Sequence[int]) -> list[tuple[int, bool]]:
    """At each point the push is told to us; at some of them nobody tells."""
    return [(at, True) for at in points] + [(at, False) for at in points[::3]]


FREE = "environments: {production: {checks: none, up_to_date: false}}"
GATED = "environments: {production: {checks: none, up_to_date: false, approvals: 1}}"

Open = Callable[..., House]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Makes houses, and ends what runs in them."""
    made: list[House] = []

    def make(at: int, text: str = "", *, fork: bool = False) -> House:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(House(folder, at, text, fork=fork))
        return made[-1]

    yield make
    for house in made:
        house.close()


def deploys(house: House, command: str = "/deploy") -> None:
    """Somebody asks, and the job runs."""
    house.say(command)
    house.run(JobKind.DEPLOY)


def deploys_with_approval(house: House) -> None:
    """Somebody asks, somebody else approves, and the job runs."""
    house.say("/deploy")
    house.say("/approve", "admin")
    house.run(JobKind.DEPLOY)


def approves_fork(house: House) -> None:
    """Somebody approves a fork's commit, and its build runs."""
    house.say("/approve")
    house.run(JobKind.BUILD)


def test_without_anything_landing_each_way_leads_past_twenty_points_to_the_fetch(opened: Open) -> None:
    ways = [(deploys, FREE, False), (deploys_with_approval, GATED, False), (approves_fork, "", True)]
    for way, text, fork in ways:
        house = opened(0, text, fork=fork)
        way(house)
        assert house.git.commits == {SHA_A}
        assert house.landing.passed >= 20, house.landing.passed


@pytest.mark.parametrize(("at", "told"), landings(POINTS))
def test_d2_a_deploy_fetches_the_head_that_was_seen_or_nothing(opened: Open, at: int, told: bool) -> None:
    house = opened(at, FREE)
    house.landing.land = lambda: house.push(SHA_B) if told else _only(house.move(SHA_B))
    deploys(house)
    assert house.git.commits <= {SHA_A}
    assert {each.sha for each in house.releases()} <= {SHA_A}
    if house.landing.landed_in == "/deploy" and told and not house.releases():
        assert house.git.commits == set()


@pytest.mark.parametrize(("at", "told"), landings(POINTS))
def test_d2_a_deploy_of_a_branch_fetches_what_it_was_at_or_nothing(opened: Open, at: int, told: bool) -> None:
    house = opened(at, FREE)
    house.know_main()
    house.landing.land = lambda: house.move_main(told=told)
    deploys(house, "/deploy main")
    assert house.git.commits <= {SHA_C}
    assert {each.sha for each in house.releases()} <= {SHA_C}


@pytest.mark.parametrize(("at", "told"), landings(MORE_POINTS))
def test_d5_what_is_fetched_was_approved_and_a_push_that_is_known_makes_it_void(
    opened: Open, at: int, told: bool
) -> None:
    house = opened(at, GATED)
    house.landing.land = lambda: house.push(SHA_B) if told else _only(house.move(SHA_B))
    deploys_with_approval(house)
    assert house.git.commits <= {SHA_A}
    assert {each.sha for each in house.releases()} <= {SHA_A}
    if told and house.landing.landed_in != "job":
        assert house.git.commits == set()
        assert all(each.state is DeployState.CANCELLED for each in house.releases())


@pytest.mark.parametrize("at", MORE_POINTS[::3])
def test_d4_a_right_that_is_taken_away_before_the_job_looks_deploys_nothing(opened: Open, at: int) -> None:
    house = opened(at, GATED)
    house.landing.land = house.revoke
    deploys_with_approval(house)
    if house.landing.landed_in != "job":
        assert house.git.commits == set()


@pytest.mark.parametrize(("at", "told"), landings(POINTS))
def test_d1_of_a_fork_only_the_approved_commit_is_fetched_and_only_while_it_is_the_head_that_we_know(
    opened: Open, at: int, told: bool
) -> None:
    house = opened(at, fork=True)
    house.landing.land = lambda: house.push(SHA_B) if told else _only(house.move(SHA_B))
    approves_fork(house)
    assert house.git.commits <= {SHA_A}
    if told and house.landing.landed_in == "/approve":
        assert house.git.commits == set()
        assert house.gate_states() == {SHA_A: GateState.VOID, SHA_B: GateState.WAITING}


def _only(_: object) -> None:
    """For what is done and not looked at."""
