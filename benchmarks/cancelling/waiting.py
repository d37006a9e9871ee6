"""Waiting for a condition."""

import sys
import time
from collections.abc import Callable

#: Seconds.
PATIENCE = 60.0


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Returns once the condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"waited {PATIENCE:g} s for {what}")
        time.sleep(0.003)
