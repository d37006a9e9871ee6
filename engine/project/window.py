"""Windows: when an environment takes deploys, as people write it: `mon-fri 09:00-17:00 Europe/Berlin`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from engine.project.start_rules import Names

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = "daily"
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
EXAMPLE = "Write one such as `mon-fri 09:00-17:00 Europe/Berlin`; without a time zone it is UTC."
DAY_MINUTES = 24 * 60
#: A time zone's name in its database; what isn't so is never looked for among files.
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*(/[A-Za-z0-9+_-]+){0,2}")


@dataclass(frozen=True)
class Window:
    """Hours of some days of the week. One that ends before it begins goes on past midnight."""

    #: 0 is Monday: the days on which it opens.
    days: frozenset[int]
    #: Minutes since midnight.
    begins: int
    ends: int
    zone: str

    def is_open(self, at: float) -> bool:
        """True when it is open at `at` (Unix seconds), by the wall clocks of its time zone."""
        there = datetime.fromtimestamp(at, ZoneInfo(self.zone))
        minute = there.hour * 60 + there.minute
        if self.begins < self.ends:
            return there.weekday() in self.days and self.begins <= minute < self.ends
        today, yesterday = there.weekday(), (there.weekday() - 1) % 7
        return (today in self.days and minute >= self.begins) or (yesterday in self.days and minute < self.ends)

    def opens_after(self, at: float) -> float:
        """When it opens next after `at`, in Unix seconds."""
        zone = ZoneInfo(self.zone)
        midnight = datetime.fromtimestamp(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        # Wall clocks, so that nine o'clock is nine o'clock on both sides of a change of time.
        openings = [midnight + timedelta(days=day, minutes=self.begins) for day in range(9)]
        return min(each.timestamp() for each in openings if each.weekday() in self.days and each.timestamp() > at)


def window_of(text: str) -> Window:
    """The window of these words. Raises ValueError with one sentence."""
    words = text.split()
    if len(words) not in (2, 3) or words[1].count("-") != 1:
        raise ValueError(f"{text!r} is no window. {EXAMPLE}")
    begins, ends = (_minutes_of(text, word) for word in words[1].split("-"))
    if begins in (ends, DAY_MINUTES):
        raise ValueError(f"{text!r} has no hours in it. {EXAMPLE}")
    zone = words[2] if len(words) == 3 else "UTC"
    if not _is_zone(zone):
        raise ValueError(f"{zone!r} is no time zone that is known here. {EXAMPLE}")
    return Window(_days_of(text, words[0].lower()), begins, ends, zone)


def opening_of(windows: Sequence[str], at: float) -> float | None:
    """None when one of the windows is open at `at`, or there are none; else when the first of them opens."""
    read = [window_of(each) for each in windows]
    if not read or any(each.is_open(at) for each in read):
        return None
    return min(each.opens_after(at) for each in read)


def _minutes_of(text: str, word: str) -> int:
    if not TIME.fullmatch(word):
        raise ValueError(f"{text!r}: {word!r} is no time of day. {EXAMPLE}")
    hours, minutes = word.split(":")
    return int(hours) * 60 + int(minutes)


def _days_of(text: str, word: str) -> frozenset[int]:
    if word == EVERY_DAY:
        return frozenset(range(7))
    days: set[int] = set()
    for part in word.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"{text!r}: {part!r} is none of {', '.join(DAYS)} or {EVERY_DAY}. {EXAMPLE}")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days |= {day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1)}
    return frozenset(days)


def _is_zone(name: str) -> bool:
    if name == "UTC":
        return True
    try:
        return ZONE.fullmatch(name) is not None and datetime.now(UTC).astimezone(ZoneInfo(name)) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _checked(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        window_of(value)
    return values


Windows = Annotated[Names, AfterValidator(_checked)]
