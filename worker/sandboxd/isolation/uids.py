"""The user ids that sandboxes run as when the host is root: one for each trust level, far from the machine's users."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

# Above the ids that distributions and container tools hand out, below the sign bit.
_FIRST = 1_900_000_000
_SLOTS = 2_000
_SLOT = 100_000
_MIN_RANGE = 256


@dataclass(frozen=True)
class UidRange:
    """The ids of one installation."""

    first: int
    size: int

    def free(self, taken: Collection[int]) -> int:
        """The lowest id that nobody has."""
        used = set(taken)
        return next(uid for uid in range(self.first, self.first + self.size) if uid not in used)


def instance_of(data_dir: Path) -> str:
    """The short name of the installation that lives in this data folder."""
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]


def uid_range(instance: str, uid_map: str) -> UidRange | None:
    """The range for an installation, inside `/proc/self/uid_map`; none when only a few ids exist here."""
    size = max(
        (int(line.split()[0]) + int(line.split()[2]) for line in uid_map.splitlines() if line.strip()), default=0
    )
    slot = int(instance, 16) % _SLOTS
    if size >= _FIRST + _SLOTS * _SLOT:
        return UidRange(_FIRST + slot * _SLOT, _SLOT)
    if size // 2 < _MIN_RANGE:
        return None
    # A container with few ids: the upper half, which its distribution's users don't use.
    return UidRange(size // 2, size // 2 - 2)


def trust_name(trust: str) -> str:
    """The folder name of a trust level."""
    return hashlib.sha256(trust.encode()).hexdigest()[:24]
