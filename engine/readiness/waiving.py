"""Which waiver holds for what, and until when. Pure; shared by the report and by the scan before a deploy."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta

from engine.project.path_filter import fits
from engine.readiness.waiver import Waiver


def holds(waiver: Waiver, today: date) -> bool:
    """True until the end of its last day; `today` is the day in UTC."""
    return today <= waiver.until


def covers(waiver: Waiver, rule: str, path: str, names: Collection[str]) -> bool:
    """True when it is about such a finding, whatever the day. `names`: what the finding is called: `S602`, `GHSA-…`."""
    if waiver.rule != rule or (waiver.id and waiver.id not in names):
        return False
    return not waiver.path or (bool(path) and fits(waiver.path, path))


def waiver_for(
    waivers: Iterable[Waiver], today: date, rule: str, path: str, names: Collection[str] = ()
) -> Waiver | None:
    """The waiver that holds for such a finding: of several the one that holds longest; None: none does."""
    found = [each for each in waivers if holds(each, today) and covers(each, rule, path, names)]
    return max(found, key=lambda each: each.until, default=None)


def turns_at(waivers: Iterable[Waiver], now: float) -> float | None:
    """Unix seconds: when the next of them ends, so that a report changes by itself; None: none will. `now` too."""
    ends = [midnight_after(each.until) for each in waivers]
    return min((each for each in ends if each > now), default=None)


def midnight_after(day: date) -> float:
    """Unix seconds: the end of that day in UTC."""
    if day == date.max:
        return datetime.combine(day, time.max, UTC).timestamp()
    return datetime.combine(day + timedelta(days=1), time.min, UTC).timestamp()


def day_of(seconds: float) -> date:
    """The day in UTC of a moment in Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC).date()
