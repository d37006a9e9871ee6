"""The loops that make up for what was missed, joined; each is named by its interval."""

from collections.abc import Callable

from engine.forge.directory_github import GitHubDirectory
from engine.front import Front
from engine.recovery.missed import MissedDeliveries
from engine.recovery.sweep import LevelSweep
from engine.recovery.vacuum import Vacuum


def beats_of(front: Front) -> dict[str, Callable[[], None]]:
    """What the clock does for recovery. What asks for a sweep gets it with the next look for missed deliveries."""
    directory = GitHubDirectory(front.clients)
    intervals = front.settings.intervals
    missed = MissedDeliveries(front.store, front.database, directory, front.wakeups, intervals)
    sweep = LevelSweep(front.store, front.database, directory, front.wakeups, intervals)
    vacuum = Vacuum(front.database, intervals, front.settings.data_dir / "mirrors")

    def look() -> None:
        missed.beat()
        sweep.beat_if_asked()

    return {"missed": look, "sweep": sweep.beat, "vacuum": vacuum.beat}
