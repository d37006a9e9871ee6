"""Names in a sentence."""

from collections.abc import Sequence


def some_of(names: Sequence[str], most: int = 4) -> str:
    """`a, b and 3 more`."""
    if len(names) <= most:
        return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + (names[-1] if names else "")
    return f"{', '.join(names[:most])} and {len(names) - most} more"
