"""The job edge: whatever a job's code raises becomes a value here, so that one job never takes its worker along."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Crashed:
    """The code ended by raising `error`."""

    error: BaseException


def guarded(work: Callable[[], T]) -> T | Crashed:
    """What `work` returns, or what it raised (a SystemExit of a job ends the job, not the worker)."""
    try:
        return work()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Crashed(error)
