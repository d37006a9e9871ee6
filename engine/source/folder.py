"""A folder on this machine as a source: the files that git would take, without those that it ignores."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.detect.tree import FolderTree, names_below
from engine.errors import StageFailed, Unreachable
from engine.shell.port import Output, Shell
from engine.source.archive import Entry, Kind, stays_inside
from engine.source.git import SEARCH_PATH
from engine.source.snapshot import Limits

LISTING_TIMEOUT = 30.0


@dataclass(frozen=True)
class FolderSource:
    """The files of a folder, as a tree for detection and as entries for a tar."""

    tree: FolderTree

    def paths(self) -> Collection[str]:
        """The path of every file, sorted."""
        return self.tree.paths()

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        return self.tree.read(path)

    def entries(self) -> Iterator[Entry]:
        """Every file with its bytes; links that would lead out of the folder are left out."""
        for name in self.tree.names:
            file = self.tree.folder / name
            if file.is_symlink():
                target = str(file.readlink())
                if stays_inside(name, target):
                    yield Entry(name, Kind.LINK, target.encode(errors="surrogateescape"))
            elif file.is_file():
                program = bool(file.stat().st_mode & 0o100)
                yield Entry(name, Kind.PROGRAM if program else Kind.FILE, file.read_bytes())


def folder_source(shell: Shell, folder: Path, limits: Limits = Limits()) -> FolderSource:  # noqa: B008 - a frozen value
    """The source in `folder`. Raises StageFailed when it is too big."""
    names = _by_git(shell, folder) or names_below(folder)
    total = sum((folder / name).lstat().st_size for name in names)
    if total > limits.total_bytes or len(names) > limits.files:
        raise StageFailed(limits.too_big(f"{len(names)} files of {total >> 20} MB"))
    return FolderSource(FolderTree(folder, names))


def _by_git(shell: Shell, folder: Path) -> tuple[str, ...]:
    """Names as git lists them; none when this isn't a work tree or there is no git."""
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return ()
    try:
        listing = _listed(shell, folder)
    except Unreachable:
        return ()
    names = listing.stdout.decode(errors="surrogateescape").split("\0") if listing.exit_code == 0 else []
    return tuple(sorted({name for name in names if name and _is_there(folder / name)}))


def _listed(shell: Shell, folder: Path) -> Output:
    return shell.run(
        ("git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        folder=folder,
        environment={"PATH": SEARCH_PATH, "HOME": str(Path.home()), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
        timeout=LISTING_TIMEOUT,
    )


def _is_there(file: Path) -> bool:
    """False for what the index lists and the folder lacks."""
    return file.is_file() or file.is_symlink()
