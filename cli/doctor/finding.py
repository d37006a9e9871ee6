"""What a look at one thing found."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How it stands. Only `missing` keeps Slipway from working."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One thing, in a sentence."""

    name: str
    health: Health
    sentence: str
    #: What to do about it; empty when nothing is to be done.
    fix: str = ""
