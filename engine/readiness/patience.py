"""So long and no longer: a file that somebody wrote for it keeps a pattern or a parser busy for years."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import TypeVar

Answer = TypeVar("Answer")


class TooLong(Exception):
    """It took more of the processor than it may."""


#: What files that are written for it can raise in a reader that is right about all others.
NOT_READABLE = (TooLong, RecursionError, MemoryError)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TooLong in the block once it has used so many seconds of the processor; blocks can't stand in blocks.

    Only a process's main thread, where jobs run, can be interrupted; elsewhere the block takes what it takes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    # Once more each second: what a destructor raises is lost.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


@dataclass
class Patience:
    """What many questions about the same files may take: each by itself, and all together. Seconds of the processor."""

    each: float = 5.0
    total: float = 30.0
    #: What even the last is given: most questions take less.
    least: float = 0.2
    _began: float = field(default_factory=time.process_time)

    def question(self, asked: Callable[[], Answer]) -> Answer:
        """The answer to one of them. Raises TooLong."""
        left = self.total - (time.process_time() - self._began)
        with at_most(max(self.least, min(self.each, left))):
            return asked()
