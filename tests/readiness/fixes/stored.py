"""Stored fixes for tests."""

from dataclasses import replace

from engine.domain.inspection import Fix, FixState, FixWay

FIX = Fix(
    id="fix_1",
    installation_id=1,
    repository_id=7,
    number=12,
    sha="a" * 40,
    name="procfile",
    login="octo",
    account=7,
    delivery="d-1",
    state=FixState.WAITING,
    way=FixWay.NONE,
    commit_sha="",
    reason="",
    sentence="",
    created_at=0,
    finished_at=None,
)


def a_stored_fix(**says: object) -> Fix:
    """One that waits, with what differs."""
    return replace(FIX, **says)  # type: ignore[arg-type]
