"""A tree whose smaller files are read once: rules ask for the same ones again and again."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from engine.detect.tree import FileTree
from engine.project.config import PROJECT_FILE
from engine.scan.files import Files

#: Bytes of a file that is kept, and of all that are: what is larger is read anew each time.
KEPT_FILE = 1 << 20
KEPT_TOTAL = 64 << 20


@dataclass(frozen=True)
class WholeTree:
    """The FileTree of a commit, held in memory as far as that is sensible."""

    tree: FileTree
    kept: dict[str, bytes] = field(default_factory=dict, repr=False)

    def paths(self) -> Collection[str]:
        """The path of every file, sorted; but for those whose name is no text, which nobody could be told of."""
        return self._paths

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        found = self.kept.get(path)
        return self.tree.read(path) if found is None else found

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(path for path in self.tree.paths() if path.isprintable() or _is_text(path))


def whole(files: Files) -> WholeTree:
    """All files in one go, since asking a mirror for them one by one costs a process each."""
    kept: dict[str, bytes] = {}
    room = KEPT_TOTAL
    # Under whose configuration a commit counts, `read` alone says.
    known = frozenset(files.paths()) - {PROJECT_FILE}
    for entry in files.entries():
        size = len(entry.content)
        if entry.path in known and size <= KEPT_FILE and size <= room:
            kept[entry.path] = entry.content
            room -= size
    return WholeTree(files, kept)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
