"""A build's log by its stages: where each begins is a line of the narrator's in the log itself.

A program can print such a line too, and misleads nobody but the readers of its own log.
"""

from collections import deque

from sqlalchemy import Connection

from engine.domain.build import STAGE_LABELS, BuildState
from engine.store import logs

#: Lines read at a time.
PART = 5_000


def mark_of(stage: BuildState) -> str:
    """The line that begins a stage."""
    return f"── {STAGE_LABELS[stage]}"


MARKS = {mark_of(stage): stage for stage in BuildState}


def end_of(connection: Connection, build_id: str, stage: BuildState | None, count: int) -> tuple[tuple[str, ...], int]:
    """The last `count` lines of the log, or of what its last pass through `stage` wrote; and how many there are."""
    if stage is None:
        return tuple(logs.tail(connection, build_id, count)), logs.count(connection, build_id)
    lines: deque[str] = deque(maxlen=count)
    total = at = 0
    inside = False
    while part := logs.read(connection, build_id, at, PART):
        at += len(part)
        for line in part:
            begun = MARKS.get(line)
            if begun is stage:
                lines.clear()
                total = 0
            elif begun is None and inside:
                lines.append(line)
                total += 1
            inside = begun is stage if begun is not None else inside
    return tuple(lines), total
