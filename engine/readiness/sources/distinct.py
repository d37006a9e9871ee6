"""One finding for each thing and place, however often a file says it."""

from collections.abc import Iterable

from engine.readiness.rule import Hit


def distinct(hits: Iterable[Hit]) -> list[Hit]:
    """The uppermost hit of each path and key, which is what makes a finding the same in another commit."""
    first: dict[tuple[str, str], Hit] = {}
    for hit in sorted(hits, key=lambda each: (each.path, each.line)):
        first.setdefault((hit.path, hit.key or hit.path), hit)
    return list(first.values())
