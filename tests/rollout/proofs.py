"""A proof that a test chooses."""

from collections.abc import Callable

from engine.domain.environment import Environment
from engine.errors import Cause, StageFailed


def unseen(environment: Environment, release_id: str, path: str, check: Callable[[], None]) -> None:
    """It never comes."""
    check()
    raise StageFailed(Cause("Its public address didn't answer.", "", "not_serving"))
