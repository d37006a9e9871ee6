"""Processes as /proc shows them: who lives, since when, and who came from whom."""

from collections.abc import Iterator
from pathlib import Path

_DEAD = frozenset({"Z", "X"})
#: The largest `oom_score_adj` (proc(5)).
MOST_DISPENSABLE = 1000


def start_time(pid: int) -> int | None:
    """The clock tick since boot at which a living process started; none when it is gone or a zombie."""
    fields = _stat(pid)
    return int(fields[19]) if fields and fields[0] not in _DEAD else None


def boot_id() -> str:
    """What tells this boot of the machine from the others."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def children(pid: int) -> list[int]:
    """The direct children of a process, zombies included."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        if not Path("/proc/self/task").exists():
            return []
        return [other for other in _all() if (fields := _stat(other)) and int(fields[1]) == pid]
    except ProcessLookupError:
        return []


def descendants(pid: int) -> Iterator[int]:
    """Everything below a process, parents first."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def resident(pid: int) -> int:
    """The memory in bytes that a process has resident."""
    fields = _stat(pid)
    return int(fields[21]) * 4096 if fields else 0


def offers_itself(pid: int) -> bool:
    """True when a process wants to be ended first where memory runs short."""
    try:
        return int(Path(f"/proc/{pid}/oom_score_adj").read_text()) == MOST_DISPENSABLE
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def cpu_ticks(pid: int) -> int:
    """The clock ticks of processor time that a process used."""
    fields = _stat(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _all() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            yield int(entry.name)


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []
    # The name in brackets may itself hold spaces and brackets.
    return text.rpartition(")")[2].split()
