"""Files of a sandbox, touched by the host without ever leaving the sandbox's folder, whatever links were planted there.

Every path is resolved by the kernel with `openat2(RESOLVE_IN_ROOT)`: absolute links and `..` stay below the folder, as
the sandbox itself would see them. What is made belongs to the sandbox's user.
"""

import ctypes
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from worker.sandboxd.errors import AlreadyExists, InvalidRequest, NotFound
from worker.sandboxd.host.orders import is_kept

_OPENAT2 = 437
_NO_MAGIC_LINKS, _IN_ROOT = 0x02, 0x10
_LIBC = ctypes.CDLL(None, use_errno=True)


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@dataclass(frozen=True)
class Entry:
    """One file, folder or link as the sandbox sees it."""

    path: str
    size: int
    mode: int
    modified: float
    is_folder: bool
    target: str | None


class ConfinedFolder:
    """The part of a sandbox's disk that is kept: /home/user and /tmp."""

    def __init__(self, root: Path, owner: int | None) -> None:
        self._root = root
        self._owner = owner

    def read(self, path: str) -> int:
        """Open a file for reading."""
        descriptor = self._open(path, os.O_RDONLY | os.O_NONBLOCK)
        kind = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(kind):
            os.close(descriptor)
            what = "is a directory" if stat.S_ISDIR(kind) else "is not a file"
            raise InvalidRequest(f"path '{path}' {what}")
        return descriptor

    def write(self, path: str) -> int:
        """Open a file for writing from its start, with the folders that it needs."""
        self.make_folders(os.path.dirname(path))  # noqa: PTH120 - a path of the sandbox
        try:
            descriptor = self._open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK, 0o644)
        except IsADirectoryError:
            raise InvalidRequest(f"path is a directory: {path}") from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise InvalidRequest(f"path '{path}' is not a file")
        self._own(descriptor)
        return descriptor

    def entry(self, path: str) -> Entry:
        """What is at a path; a link is not followed."""
        descriptor = self._open(path, os.O_PATH | os.O_NOFOLLOW)
        try:
            return self._entry(path, descriptor)
        finally:
            os.close(descriptor)

    def is_folder(self, path: str) -> bool:
        """Whether a folder is at a path, links followed."""
        try:
            descriptor = self._open(path, os.O_PATH)
        except NotFound:
            return False
        try:
            return stat.S_ISDIR(os.fstat(descriptor).st_mode)
        finally:
            os.close(descriptor)

    def entries(self, path: str, depth: int) -> Iterator[Entry]:
        """What is in a folder, down to this depth."""
        try:
            descriptor = self._open(path, os.O_RDONLY | os.O_DIRECTORY)
        except NotADirectoryError:
            raise InvalidRequest(f"path is not a directory: {path}") from None
        try:
            names = sorted(os.listdir(descriptor))  # noqa: PTH208 - an open folder
        finally:
            os.close(descriptor)
        for name in names:
            below = f"{path.rstrip('/')}/{name}"
            try:
                entry = self.entry(below)
            except NotFound:
                continue
            yield entry
            if depth > 1 and entry.is_folder and entry.target is None:
                yield from self.entries(below, depth - 1)

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; raises AlreadyExists."""
        if self.is_folder(path):
            raise AlreadyExists(f"directory already exists: {path}")
        self.make_folders(path)

    def make_folders(self, path: str) -> None:
        """Make what is missing of a path."""
        if self.is_folder(path):
            return
        above, name = os.path.split(path)
        if not is_kept(above):
            raise InvalidRequest(f"path '{path}' can't be written: only /home/user and /tmp are kept")
        self.make_folders(above)
        with self._folder(above) as folder:
            try:
                os.mkdir(name, 0o755, dir_fd=folder)
            except FileExistsError:
                if not self.is_folder(path):
                    raise InvalidRequest(f"path '{path}' is a file") from None
                return
        made = self._open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        self._own(made)
        os.close(made)

    def move(self, source: str, destination: str) -> None:
        """Rename."""
        self.entry(source)
        above, name = os.path.split(destination)
        self.make_folders(above)
        with self._folder(os.path.dirname(source)) as old, self._folder(above) as new:  # noqa: PTH120
            os.rename(os.path.basename(source), name, src_dir_fd=old, dst_dir_fd=new)  # noqa: PTH119

    def remove(self, path: str) -> None:
        """Remove a file, a link or a folder with all that is in it; what isn't there is fine."""
        try:
            entry = self.entry(path)
        except NotFound:
            return
        above, name = os.path.split(path)
        if not is_kept(above):
            raise InvalidRequest(f"path '{path}' can't be removed")
        with self._folder(above) as folder:
            if entry.is_folder and entry.target is None:
                shutil.rmtree(name, dir_fd=folder)
            else:
                os.unlink(name, dir_fd=folder)

    def _entry(self, path: str, descriptor: int) -> Entry:
        found = os.fstat(descriptor)
        target = os.readlink("", dir_fd=descriptor) if stat.S_ISLNK(found.st_mode) else None
        is_folder = self.is_folder(path) if target is not None else stat.S_ISDIR(found.st_mode)
        return Entry(path, found.st_size, found.st_mode, found.st_mtime, is_folder, target)

    @contextmanager
    def _folder(self, path: str) -> Iterator[int]:
        descriptor = self._open(path, os.O_PATH | os.O_DIRECTORY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _own(self, descriptor: int) -> None:
        if self._owner is not None and os.fstat(descriptor).st_uid != self._owner:
            os.fchown(descriptor, self._owner, self._owner)

    def _open(self, path: str, flags: int, mode: int = 0) -> int:
        if not is_kept(path):
            raise NotFound(f"path '{path}' does not exist")
        how = _How(flags | os.O_CLOEXEC, mode, _NO_MAGIC_LINKS | _IN_ROOT)
        root = os.open(self._root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            made = _LIBC.syscall(_OPENAT2, root, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
        finally:
            os.close(root)
        if made >= 0:
            return int(made)
        number = ctypes.get_errno()
        if number in {errno.ENOENT, errno.ELOOP, errno.ENXIO} or (number == errno.ENOTDIR and flags & os.O_PATH):
            raise NotFound(f"path '{path}' does not exist")
        if number in {errno.ENAMETOOLONG, errno.EINVAL}:
            raise InvalidRequest(f"path '{path[:200]}' is not a path")
        raise OSError(number, os.strerror(number), path)
