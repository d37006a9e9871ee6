"""What stands before an ask that was only rehearsed."""

from dataclasses import dataclass
from typing import assert_never

from engine.deploy.outcome import Obstacle, Outcome, Refused, Started, Told


@dataclass(frozen=True)
class BeforeIt:
    """What stands in the way of an ask, or what it will wait for."""

    obstacles: tuple[Obstacle, ...] = ()
    waits: tuple[Obstacle, ...] = ()
    #: Markdown: what is to be said of it instead; empty: nothing.
    said: str = ""


def before_it(outcome: Outcome) -> BeforeIt:
    """Of an outcome that was only rehearsed."""
    match outcome:
        case Refused(obstacles=obstacles):
            return BeforeIt(obstacles=obstacles)
        case Started(waits=waits):
            return BeforeIt(waits=waits)
        case Told(markdown=said):
            return BeforeIt(said=said)
        case _:
            assert_never(outcome)
