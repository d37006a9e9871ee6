"""What a room prints: kept in a file of bounded size, and its warnings shown on the terminal."""

import json
import re
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

#: Bytes of one file; with the one before it, a room keeps at most twice as much.
LARGEST = 5 << 20
#: A line longer than this is cut.
LONGEST_LINE = 64 << 10
LOUD_LEVELS = frozenset({"warning", "error", "critical"})
LOUD_WORDS = re.compile(r"\b(warning|error|critical)\b|^Traceback |\bException\b", re.IGNORECASE)


class Logbook:
    """Keeps one room's lines, from every start of it."""

    def __init__(self, path: Path, show: Callable[[str], None], *, everything: bool, largest: int = LARGEST) -> None:
        self.path = path
        self._show = show
        self._everything = everything
        self._largest = largest
        self._newest: deque[str] = deque(maxlen=20)
        self._awaited = ""
        self._heard = False
        # A restarted room's new pipe may be read while what the old one started still prints.
        self._writing = threading.Lock()
        self._file = path.open("ab")

    def follow(self, pipe: IO[bytes], awaited: str = "") -> threading.Thread:
        """Reads `pipe` to its end in a thread, listening for `awaited`; what was said before is history."""
        self._newest.clear()
        self._awaited, self._heard = awaited, not awaited
        thread = threading.Thread(target=self._read, args=(pipe,), name=f"log {self.path.stem}", daemon=True)
        thread.start()
        return thread

    def newest(self) -> list[str]:
        """The last lines, for whoever must say why the room ended."""
        return list(self._newest)

    @property
    def heard(self) -> bool:
        """True once a line since the newest start held the awaited word."""
        return self._heard

    def close(self) -> None:
        """Closes the file."""
        with self._writing:
            self._file.close()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(LONGEST_LINE):
                self._keep(line)

    def _keep(self, line: bytes) -> None:
        self._write(line if line.endswith(b"\n") else line + b"\n")
        text = line.decode(errors="replace").rstrip()
        self._newest.append(text)
        if self._awaited and self._awaited in text:
            self._heard = True
        if self._everything or is_loud(text):
            self._show(text)

    def _write(self, line: bytes) -> None:
        with self._writing:
            self._write_alone(line)

    def _write_alone(self, line: bytes) -> None:
        if self._file.tell() + len(line) > self._largest:
            self._file.close()
            self.path.replace(self.path.with_suffix(".log.1"))
            self._file = self.path.open("ab")
        self._file.write(line)
        self._file.flush()


def is_loud(line: str) -> bool:
    """True for a line that somebody at the terminal should see: by its level if it has one, else by its words."""
    if line.startswith("{"):
        try:
            level = json.loads(line).get("level")
        except ValueError:
            level = None
        if isinstance(level, str):
            return level.lower() in LOUD_LEVELS
    return bool(LOUD_WORDS.search(line))
