"""The security scan before a release: closed outcomes, of which none is a false pass."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.release import Release
from engine.targets.port import Source


@dataclass(frozen=True)
class Passed:
    """It was scanned, and nothing that blocks was found."""


@dataclass(frozen=True)
class Red:
    """Something was found that blocks a deploy, in one sentence; and what to do about it, in another."""

    sentence: str
    fix: str = "Mend what the scan found and push."


@dataclass(frozen=True)
class Inconclusive:
    """The scan couldn't say: the deploy goes on, with this warning."""

    why: str


@dataclass(frozen=True)
class NotScanned:
    """Nobody looked: the deploy goes on, and says so."""

    why: str


Outcome = Passed | Red | Inconclusive | NotScanned

#: Looks at the files of a release; they are fetched only when they are asked for.
Scan = Callable[[Release, Callable[[], Source]], Outcome]


def no_scanner(release: Release, source: Callable[[], Source]) -> Outcome:
    """What is said of every release where nobody gave a scanner (engine.scan.gate is the real one)."""
    return NotScanned("this Slipway has no scanner yet")
