"""A release's states: what may follow what, and how they are read and named."""

import itertools

import pytest

from engine.domain.release import DEPLOY_LABELS, TERMINAL, DeployState, deploy_state, may_follow

S = DeployState

#: The way of each kind of release, start to end.
WAYS = [
    (S.PENDING, S.SECURITY_SCANNING, S.BUILDING, S.DEPLOYING, S.DEPLOYED),
    # A promotion builds nothing.
    (S.PENDING, S.SECURITY_SCANNING, S.DEPLOYING, S.DEPLOYED),
    (S.PENDING, S.SECURITY_SCANNING, S.SECURITY_FAILED),
    (S.PENDING, S.SECURITY_SCANNING, S.BUILDING, S.FAILED),
    (S.PENDING, S.SECURITY_SCANNING, S.BUILDING, S.DEPLOYING, S.ROLLING_BACK, S.ROLLED_BACK),
    (S.PENDING, S.ROLLING_BACK, S.DEPLOYED),
    (S.PENDING, S.CANCELLED),
    # It served, and `/rollback` left it.
    (S.DEPLOYED, S.ROLLED_BACK),
]


@pytest.mark.parametrize("way", WAYS, ids=">".join)
def test_every_way_of_a_release_is_legal(way: tuple[DeployState, ...]) -> None:
    assert all(may_follow(before, after) for before, after in itertools.pairwise(way))


@pytest.mark.parametrize("over", sorted(TERMINAL - {S.DEPLOYED}))
def test_what_is_over_stays_over(over: DeployState) -> None:
    assert not any(may_follow(over, after) for after in S)


def test_no_release_becomes_pending_again_or_skips_the_scan() -> None:
    assert not any(may_follow(before, S.PENDING) for before in S)
    assert not may_follow(S.PENDING, S.BUILDING)
    assert not may_follow(S.PENDING, S.DEPLOYED)


def test_every_state_has_a_label() -> None:
    assert set(DEPLOY_LABELS) == set(S)


@pytest.mark.parametrize("written", ["DEPLOYED", "deployed", " Deployed "])
def test_a_state_is_read_in_any_case(written: str) -> None:
    assert deploy_state(written) is S.DEPLOYED


def test_an_unknown_state_is_an_error_and_never_pending() -> None:
    with pytest.raises(ValueError, match="DEPLOYISH"):
        deploy_state("deployish")
