"""The traffic light: what the findings of a commit come to."""

from collections.abc import Iterable
from enum import StrEnum

from engine.readiness.finding import Severity


class Light(StrEnum):
    """Red with a finding that blocks, yellow with warnings alone, green with neither."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    #: Nobody has looked yet, so that nothing can be said.
    UNKNOWN = "unknown"


SIGNS: dict[Light, str] = {Light.RED: "🔴", Light.YELLOW: "🟡", Light.GREEN: "🟢", Light.UNKNOWN: "⚪"}
LABELS: dict[Light, str] = {
    Light.RED: "Not ready to ship",
    Light.YELLOW: "Ready to ship, with warnings",
    Light.GREEN: "Ready to ship",
    Light.UNKNOWN: "Not looked at yet",
}


def light_of(weights: Iterable[Severity], *, conclusive: bool) -> Light:
    """The light for findings that weigh so. Never green where the scan couldn't say all (`conclusive` false)."""
    found = set(weights)
    if Severity.BLOCKING in found:
        return Light.RED
    return Light.YELLOW if Severity.WARNING in found or not conclusive else Light.GREEN
