"""Copies of a commit's files for programs to look at, under numbers: no name, link, ignore file or configuration of the
tree can mean anything to them.
"""

import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engine.scan.files import FOREIGN, Files, is_application, is_text, shown
from engine.source.archive import Kind

#: How folders of copies are called, and seconds after which no scan is at one any more.
PREFIX, LEFT_BEHIND = "slipway-scan-", 3600.0
#: Bytes of a file, and of all, that are looked at; and how many files.
FILE_BYTES = 2 << 20
TOTAL_BYTES = 64 << 20
FILES = 20_000
#: What holds digests by the thousand and nobody writes.
GENERATED = re.compile(
    r"(^|/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|uv\.lock|poetry\.lock|Pipfile\.lock"
    r"|composer\.lock|Cargo\.lock|go\.sum|Gemfile\.lock)$|\.(svg|ipynb)$",
    re.IGNORECASE,
)
PYTHON, TYPED, SCRIPT = (".py",), (".ts", ".mts", ".cts"), (".js", ".mjs", ".cjs", ".jsx", ".tsx")
#: Longer lines were written by a bundler.
LINE = 2000
#: By these words a file tells a tool to look away; the line keeps its length.
LOOK_AWAY = re.compile(rb"ast-grep-ignore|(?i:ruff\s*:)|gitleaks:allow")


@dataclass(frozen=True)
class Copy:
    """A file of the tree, and the name of its copy."""

    path: str
    name: str
    #: Decoded; what isn't UTF-8 stands as U+FFFD.
    text: str
    #: True: it is code that runs where visitors come.
    runs: bool

    def line(self, number: int) -> str:
        """The text of a line (from 1)."""
        return self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""

    @cached_property
    def is_bundled(self) -> bool:
        """True for what a bundler wrote of what others wrote."""
        return any(len(line) > LINE for line in self.lines)

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines."""
        return self.text.split("\n")


@dataclass
class Copies:
    """What lies in `folder`; `unread` are files that nothing could look at, each with the reason."""

    folder: Path
    by_name: dict[str, Copy] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def running(self, endings: tuple[str, ...]) -> list[Copy]:
        """Code that runs where visitors come, of these languages."""
        return [each for each in self.by_name.values() if each.runs and each.path.lower().endswith(endings)]


@contextmanager
def copied(tree: Files, most: int = TOTAL_BYTES) -> Iterator[Copies]:
    """The text files of a tree, at most `most` bytes of them; gone when the block is left."""
    _remove_left_behind()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        yield _copied(tree, Path(folder), most)


def _remove_left_behind() -> None:
    """Somebody's source must not stay here because a process was killed while it scanned."""
    before = time.time() - LEFT_BEHIND
    for each in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            known = each.lstat()
            if stat.S_ISDIR(known.st_mode) and known.st_uid == os.geteuid() and known.st_mtime < before:
                shutil.rmtree(each, ignore_errors=True)


def _copied(tree: Files, folder: Path, most: int) -> Copies:
    copies = Copies(folder)
    total = 0
    for entry in tree.entries():
        if entry.kind is Kind.LINK or FOREIGN.search(entry.path) or GENERATED.search(entry.path):
            continue
        # A zero in a comment makes no program of another kind.
        if not is_text(entry.content) and not entry.path.lower().endswith((*PYTHON, *TYPED, *SCRIPT)):
            continue
        if len(entry.content) > FILE_BYTES:
            copies.unread.append(f"{shown(entry.path)} is larger than {FILE_BYTES >> 20} MB")
            continue
        total += len(entry.content)
        if total > most or len(copies.by_name) >= FILES:
            copies.unread.append(f"there is more than {most >> 20} MB, or {FILES} files, of text")
            break
        copy = _copy(entry.path, entry.content, len(copies.by_name))
        (folder / copy.name).write_bytes(_seen(copy.text))
        copies.by_name[copy.name] = copy
    return copies


def _copy(path: str, content: bytes, number: int) -> Copy:
    text = content.decode("utf-8-sig", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    return Copy(path, f"{number:05}{_ending(path)}", text, is_application(path))


def _ending(path: str) -> str:
    """Tsx's grammar reads JavaScript too; what isn't code keeps no ending, so that no analyser takes it for some."""
    lowered = path.lower()
    if lowered.endswith(PYTHON):
        return ".py"
    if lowered.endswith(TYPED):
        return ".ts"
    return ".tsx" if lowered.endswith(SCRIPT) else ".text"


def _seen(text: str) -> bytes:
    return LOOK_AWAY.sub(lambda found: b"-" * len(found[0]), text.encode(errors="replace"))
