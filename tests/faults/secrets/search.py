"""Looking for a value where it must not be, in ways of our own."""

import base64
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from sqlalchemy import select

from engine.store import logs
from engine.store.database import Database
from engine.store.history_schema import log_chunks
from engine.store.schema import metadata

#: Characters of an encoded value that are too many to be found.
TELLING = 16
#: Characters of what is looked for first.
HINT = 8
#: So far apart that every part of TELLING characters holds one of them whole.
STEP = TELLING - HINT + 1


@dataclass(frozen=True)
class Needles:
    """Whatever would tell a value: its lines, and every part of its encodings that is long enough."""

    parts: tuple[str, ...]
    #: Where none of these is, none of the parts is: there are far fewer of them.
    hints: tuple[str, ...]

    @classmethod
    def of(cls, value: str) -> Self:
        """Those of a value."""
        data = value.encode()
        lines = [line for line in value.splitlines() if len(line) > 7]
        encoded = [data.hex(), data.hex().upper(), quote(value, safe="")]
        for before in range(3):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                encoded.append(encode(b"\0" * before + data).decode()[4:-4])
        parts = (text[at : at + TELLING] for text in encoded for at in range(max(1, len(text) - TELLING + 1)))
        hints = (text[at : at + HINT] for text in encoded for at in range(0, max(1, len(text) - HINT + 1), STEP))
        return cls(tuple(dict.fromkeys([*lines, *parts])), tuple(dict.fromkeys([*lines, *hints])))

    def within(self, told: str) -> list[str]:
        """Those that are there."""
        if not any(hint in told for hint in self.hints):
            return []
        return [part for part in self.parts if part in told]


def found_in(places: Mapping[str, str], values: list[str]) -> list[str]:
    """Where something was found, and a hint at what."""
    known = [Needles.of(value) for value in values]
    hits = [(where, part) for where, told in places.items() for each in known for part in each.within(told)]
    return [f"{where}: {part!r} in …{places[where].partition(part)[0][-60:]!r}" for where, part in hits]


def rows_of(database: Database) -> dict[str, str]:
    """Every column of every table, and the logs unpacked."""
    told: dict[str, str] = {}
    with database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    told[f"SQL {table.name}.{column}"] = told.get(f"SQL {table.name}.{column}", "") + text + "\n"
        for subject in connection.execute(select(log_chunks.c.subject).distinct()).scalars().all():
            told[f"log {subject}"] = "\n".join(logs.read(connection, subject))
    return told


def files_below(folder: Path) -> dict[str, str]:
    """Every file but those that a sandbox has written itself."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"file {path}": path.read_bytes().decode("latin-1") for path in found if not _is_inside(path)}


def _is_inside(path: Path) -> bool:
    parts = path.parts
    return "sandboxes" in parts and parts[parts.index("sandboxes") + 2 : parts.index("sandboxes") + 3] == ("root",)


class Watch:
    """Reads the command lines of all processes, and the environments of those outside of sandboxes, all the time."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.looks = 0
        self._over = threading.Event()
        self._own = Path("/proc/self/ns/pid").readlink()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            self.looks += 1
            for process in self._processes():
                self._read(process / "cmdline")
                if self._is_outside(process):
                    self._read(process / "environ")

    def _processes(self) -> Iterator[Path]:
        return (path for path in Path("/proc").iterdir() if path.name.isdigit())

    def _is_outside(self, process: Path) -> bool:
        try:
            return (process / "ns" / "pid").readlink() == self._own
        except OSError:
            return False

    def _read(self, path: Path) -> None:
        try:
            text = path.read_bytes().decode("latin-1")
        except OSError:
            return
        self.told[f"{path} {hash(text)}"] = text
