"""What counts as a difference between GitHub and what we know (fault M6). Tables of values."""

import pytest

from engine.domain.event import Repository
from engine.forge.directory import CoveredRepository, InstalledApp
from engine.recovery import differences
from engine.recovery.differences import Change, KnownPullRequest, ToldPullRequest
from engine.recovery.turns import Turns
from engine.store.installations import StoredInstallation
from engine.store.repositories import StoredRepository
from tests.forge.payloads import SHA_A, SHA_B, a_pull_request

SINCE = 1000.0


def told(*, open: bool = True, sha: str = SHA_A, draft: bool = False, created: float = SINCE) -> ToldPullRequest:
    """A pull request as GitHub shows it."""
    return ToldPullRequest(1, sha, open, draft, created, created, {})


def known(*, open: bool = True, sha: str = SHA_A, draft: bool = False, preview: str = "open") -> KnownPullRequest:
    """The same as we know it."""
    return KnownPullRequest(1, sha, open, draft, preview)


@pytest.mark.parametrize(
    ("ours", "githubs", "action"),
    [
        (known(), told(), ""),
        (known(preview=""), told(), ""),
        (known(preview="stopped"), told(), ""),
        (known(), told(sha=SHA_B), "synchronize"),
        (known(preview=""), told(sha=SHA_B), "synchronize"),
        (known(draft=True), told(), "ready_for_review"),
        (known(), told(draft=True), ""),
        (known(open=False, preview="removed"), told(), "reopened"),
        (known(open=False, preview=""), told(), "reopened"),
        (known(), told(open=False), "closed"),
        (known(preview=""), told(open=False), "closed"),
        (known(preview="stopped"), told(open=False), "closed"),
        (known(open=False, preview="open"), told(open=False), "closed"),
        (known(open=False, preview="removed"), told(open=False), ""),
        (known(open=False, preview=""), told(open=False), ""),
        (None, told(), "opened"),
        (None, told(created=SINCE - 1), ""),
        (None, told(open=False), ""),
    ],
)
def test_each_difference_of_a_pull_request_has_a_name(
    ours: KnownPullRequest | None, githubs: ToldPullRequest, action: str
) -> None:
    assert differences.of_pull_request(ours, githubs, SINCE) == action


@pytest.mark.parametrize(
    ("state", "suspended", "action"),
    [
        ("active", False, ""),
        ("active", True, "suspend"),
        ("suspended", True, ""),
        ("suspended", False, "unsuspend"),
        ("deleted", False, "found"),
        (None, False, "created"),
    ],
)
def test_each_difference_of_an_installation_has_a_name(state: str | None, suspended: bool, action: str) -> None:
    ours = None if state is None else StoredInstallation(7, "acme", state, SINCE)
    assert differences.of_installation(ours, InstalledApp(7, "acme", suspended)) == action


def stored(*, covered: bool = True, installation: int = 7, name: str = "acme/shop") -> StoredRepository:
    """A repository as we know it."""
    return StoredRepository(3, installation, name, "main", private=True, clone_url="", covered=covered)


def listed(
    *, archived: bool = False, name: str = "acme/shop", private: bool = True, branch: str = "main"
) -> CoveredRepository:
    """The same as GitHub lists it."""
    return CoveredRepository(Repository(3, name, branch, private, ""), archived, 0.0)


@pytest.mark.parametrize(
    ("ours", "githubs", "change"),
    [
        (stored(), listed(), None),
        (stored(), None, Change.REMOVED),
        (stored(covered=False), None, None),
        (stored(installation=8), None, None),
        (stored(covered=False), listed(), Change.ADDED),
        (stored(installation=8), listed(), Change.ADDED),
        (stored(), listed(archived=True), Change.ARCHIVED),
        (stored(covered=False), listed(archived=True), None),
        (stored(), listed(private=False), Change.PUBLICIZED),
        (stored(), listed(name="acme/store"), Change.RENAMED),
        (stored(), listed(branch="trunk"), Change.EDITED),
    ],
)
def test_each_difference_of_a_repository_has_a_name(
    ours: StoredRepository, githubs: CoveredRepository | None, change: Change | None
) -> None:
    found = differences.of_repositories({3: ours}, {} if githubs is None else {3: githubs}, 7)
    assert found == ({} if change is None else {3: change})


def test_what_became_private_is_told_as_that_whatever_else_changed() -> None:
    public = StoredRepository(3, 7, "acme/shop", "main", private=False, clone_url="", covered=True)
    found = differences.of_repositories({3: public}, {3: listed(name="acme/store")}, 7)
    assert found == {3: Change.PRIVATIZED}


@pytest.mark.parametrize("broken", [{}, {"number": 1}, a_pull_request() | {"state": "unheard-of"}])
def test_an_object_that_cannot_be_read_is_no_difference(broken: dict[str, object]) -> None:
    assert differences.told_by(broken) is None


@pytest.mark.parametrize("moment", [None, 7, "yesterday"])
def test_a_pull_request_without_a_readable_moment_is_an_old_one(moment: object) -> None:
    read = differences.told_by(a_pull_request(created_at=moment))
    assert read is not None
    assert read.created_at == 0.0


def test_in_a_few_rounds_everybody_had_a_turn() -> None:
    turns = Turns(4)
    seen: set[int] = set()
    for _ in range(4):
        turns.begin()
        chosen = turns.choose(7, [100, 101], [1, 2, 3, 4, 5])
        assert chosen[:2] == [100, 101]
        assert len(chosen) == 4
        assert not turns.left_out
        seen |= set(chosen)
    assert seen == {100, 101, 1, 2, 3, 4, 5}


def test_more_than_there_is_room_for_take_turns_and_that_is_told() -> None:
    turns = Turns(2)
    seen: set[int] = set()
    for _ in range(3):
        turns.begin()
        seen |= set(turns.choose(7, [1, 2, 3], [4]))
        assert turns.left_out
    assert seen == {1, 2, 3}
