"""A tree of files, as detection reads it."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

#: Folders that are made by tools and never part of an application.
MADE_BY_TOOLS = frozenset({".git", "node_modules", ".venv", "__pycache__"})


class FileTree(Protocol):
    """Paths (with `/`, relative, no links followed) and their bytes."""

    def paths(self) -> Collection[str]:
        """The path of every file, sorted."""
        ...

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        ...


@dataclass(frozen=True)
class MemoryTree:
    """Files in memory."""

    files: Mapping[str, bytes]

    def paths(self) -> Collection[str]:
        """The path of every file, sorted."""
        return sorted(self.files)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        return self.files.get(path)


@dataclass(frozen=True)
class SubTree:
    """The part of a tree below a folder."""

    whole: FileTree
    folder: str

    def paths(self) -> Collection[str]:
        """The path of every file below the folder, relative to it, sorted."""
        start = self.folder + "/"
        return [path.removeprefix(start) for path in self.whole.paths() if path.startswith(start)]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        return self.whole.read(f"{self.folder}/{path}")


@dataclass(frozen=True)
class FolderTree:
    """Files of a folder on this machine; `names` are those that count."""

    folder: Path
    names: tuple[str, ...]

    def paths(self) -> Collection[str]:
        """The path of every file, sorted."""
        return self.names

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there or is a link that leaves the folder."""
        if path not in self.names:
            return None
        file = self.folder / path
        if not file.resolve().is_relative_to(self.folder.resolve()) or not file.is_file():
            return None
        return file.read_bytes()


def names_below(folder: Path) -> tuple[str, ...]:
    """Every file and link below a folder but what tools make there, sorted."""
    found: list[str] = []
    for base, folders, files in os.walk(folder):
        here = Path(base)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and name not in links]
        found += [(here / name).relative_to(folder).as_posix() for name in [*files, *links] if name != ".git"]
    return tuple(sorted(found))
