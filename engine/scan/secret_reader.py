"""A program: reads the copies in a folder with detect-secrets' patterns and tells kinds and places, never a value.

`python -I -m engine.scan.secret_reader FOLDER`: a process of its own, since a pattern over hostile text may never end.
"""

import hashlib
import json
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

from engine.readiness.patience import TooLong, at_most
from engine.scan.secret_kinds import KINDS, Kind
from engine.scan.secret_words import is_real

#: Of the processor's time, for one file and for all.
SECONDS, ALL = 2.0, 12.0


@dataclass(frozen=True)
class Told:
    """One place where a secret stands."""

    #: The copy's name.
    name: str
    line: int
    kind: str
    #: False: it only looks like one.
    sure: bool
    #: What makes it the same in another commit.
    mark: str


def read(name: str, text: str) -> Iterator[Told]:
    """The secrets of one file, uppermost first, one a line and kind."""
    seen: set[tuple[int, str]] = set()
    lines = text.split("\n")
    ends = list(accumulate(len(line) + 1 for line in lines))
    for kind in KINDS:
        if kind.word and kind.word not in text:
            continue
        for start, value in kind.values(text):
            line = bisect_right(ends, start) + 1
            if (line, kind.name) not in seen and is_real(value, kind):
                seen.add((line, kind.name))
                yield Told(name, line, kind.name, kind.sure, _mark(kind, value, lines[line - 1]))


def _mark(kind: Kind, value: str, line: str) -> str:
    # Eight digits of a long random key's digest tell nobody the key; of a password that can be guessed they would help.
    known = value if kind.sure else line.replace(value, "*")
    return hashlib.sha256(known.encode(errors="replace")).hexdigest()[:8]


def main() -> None:
    """Prints a JSON list: what stands where, and `slow` for files whose patterns did not end."""
    told: list[dict[str, object]] = []
    for file in sorted(Path(sys.argv[1]).iterdir()):
        told += all_of(file.name, file.read_bytes().decode(errors="replace"))
    json.dump(told, sys.stdout)


def all_of(name: str, text: str, reader: Callable[[str, str], Iterator[Told]] = read) -> list[dict[str, object]]:
    """What stands in one file; what was found before it took too long counts."""
    told: list[dict[str, object]] = []
    left = ALL - time.process_time()
    try:
        with at_most(max(0.01, min(SECONDS, left))):
            # One by one: what was found stays when it is interrupted.
            for each in reader(name, text):
                told.append(asdict(each))
    except TooLong:
        told.append({"name": name, "slow": True})
    return told


if __name__ == "__main__":
    main()
