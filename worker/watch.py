"""Seen by two processes: whether the one that works on a job still breathes. One whose heartbeat stops is stuck.

The heartbeat's thread stops when code outside of Python holds the interpreter, when the process is frozen, or when SQL
answers nothing at all; in each case its leases run out, and nothing inside the process can be relied on to end it.
"""

import mmap
import os
import struct

#: Process id of whoever works on a job (0: nobody), and how often it has breathed.
SEEN = struct.Struct("qq")


class Watch:
    """Shared memory of a lane, its work-horse and the room. Make it before the fork."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, SEEN.size)
        self._breaths = 0

    def breathe(self, held: bool) -> None:
        """This process lives, and works on a job or doesn't."""
        self._breaths += 1
        SEEN.pack_into(self._memory, 0, os.getpid() if held else 0, self._breaths)

    def seen(self) -> tuple[int, int]:
        """Who works, and how often it has breathed."""
        pid, breaths = SEEN.unpack_from(self._memory, 0)
        return int(pid), int(breaths)


class Watcher:
    """Looks at a watch every `every` seconds; who hasn't breathed for `patience` seconds is stuck.

    Looks are counted, not time: a machine that was asleep, and a watcher that was frozen, accuse nobody.
    """

    def __init__(self, watch: Watch, *, every: float, patience: float) -> None:
        self._watch = watch
        self._enough = patience / every
        self._last = (0, 0)
        self._same = 0

    def stuck(self) -> int:
        """One look; the id of the process that is stuck, 0 when none is."""
        seen = self._watch.seen()
        self._same = self._same + 1 if seen == self._last else 0
        self._last = seen
        return seen[0] if seen[0] and self._same >= self._enough else 0
