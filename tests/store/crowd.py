"""Many threads that begin at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

#: True until one of the crowd failed: who works until something comes true asks it, or would work for ever.
Going = Callable[[], bool]


def crowd(count: int, act: Callable[[int, Going], None], *, seconds: float = 120.0) -> None:
    """Runs `act` with each number below `count`, all at once; raises what one of them raised."""
    start = threading.Barrier(count)
    failed = threading.Event()

    def begin(number: int) -> None:
        start.wait(seconds)
        try:
            act(number, lambda: not failed.is_set())
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(count) as threads:
        for done in [threads.submit(begin, number) for number in range(count)]:
            done.result(seconds)
