"""Quiet hours of a channel, as people write them: `22:00-07:00 Europe/Berlin`. Pure: no clock is read here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.project.window import window_of

OFF = "off"
EXAMPLE = "Write them such as `22:00-07:00 Europe/Berlin`, or `off`; without a time zone it is UTC."


@dataclass(frozen=True)
class Quiet:
    """Hours of every day, by the wall clocks of a time zone; those that end before they begin go over midnight."""

    #: Minutes since midnight.
    begins: int
    ends: int
    zone: str

    def __str__(self) -> str:
        return f"{_clock(self.begins)}-{_clock(self.ends)} {self.zone}"

    def holds(self, at: float) -> bool:
        """True when it is quiet at `at` (Unix seconds)."""
        return any(begin <= at < end for begin, end in self._nights(at))

    def ends_after(self, at: float) -> float:
        """When the quiet hours of `at` are over, in Unix seconds; `at` itself when it isn't quiet."""
        return max((end for begin, end in self._nights(at) if begin <= at < end), default=at)

    def _nights(self, at: float) -> Iterator[tuple[float, float]]:
        """The quiet hours that began on the day before `at`, and on its own day, by the clocks on the wall there."""
        zone = ZoneInfo(self.zone)
        midnight = datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        for day in (-1, 0):
            begin = midnight + timedelta(days=day, minutes=self.begins)
            end = midnight + timedelta(days=day + (self.ends <= self.begins), minutes=self.ends)
            # An hour that comes twice, or not at all, when the clocks are changed is all quiet.
            yield min(_both(begin)), max(_both(end))


def quiet_of(text: str) -> Quiet | None:
    """The hours of these words; None of `off` and of nothing. Raises ValueError with one sentence."""
    words = text.split()
    if not words or [word.lower() for word in words] == [OFF]:
        return None
    try:
        window = window_of(f"daily {' '.join(words)}")
    except ValueError:
        raise ValueError(f"{' '.join(words)!r} are no quiet hours. {EXAMPLE}") from None
    return Quiet(window.begins, window.ends, window.zone)


def quiet_until(text: str, at: float) -> float:
    """Until when a channel with these quiet hours hears nothing new, in Unix seconds; 0: it does now.

    Hours that can't be read any more (their time zone is gone) keep nobody quiet.
    """
    try:
        found = quiet_of(text)
    except ValueError:
        return 0.0
    return found.ends_after(at) if found is not None and found.holds(at) else 0.0


def _both(wall: datetime) -> tuple[float, float]:
    return wall.replace(fold=0).timestamp(), wall.replace(fold=1).timestamp()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
