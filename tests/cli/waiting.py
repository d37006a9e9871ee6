"""Waiting on a condition, with a deadline."""

import time
from collections.abc import Callable
from pathlib import Path


def until(true: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Returns once `true` is; fails naming `what` when it isn't in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """True while a process runs; one that ended and wasn't waited for doesn't."""
    try:
        state = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
