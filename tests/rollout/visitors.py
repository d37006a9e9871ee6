"""Visitors who come again and again while something else goes on."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.rollout.rig import Rig


@contextmanager
def steady_visits(rig: Rig, visitors: int) -> Iterator[set[str]]:
    """What they read inside the block, with the status where it isn't 200. What a visit raises is raised at the end."""
    read: set[str] = set()
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            got = rig.visit()
            words = got.body.decode()
            read.add(words if got.status == 200 else f"{got.status} {words}")

    with ThreadPoolExecutor(visitors) as pool:
        coming = [pool.submit(visit) for _ in range(visitors)]
        try:
            yield read
        finally:
            over.set()
    for each in coming:
        each.result()
