"""Paths that the sandboxes' users can walk to, when a folder above them is closed to everybody but the host's user.

bubblewrap resolves what it binds by path, after the host has dropped to the sandbox's user. Where that user can't pass
(a data folder below a 0700 home, say), the nursery mounts the folder at an open place in a mount namespace of its own.
"""

import ctypes
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

_NEW_NAMESPACE = 0x00020000
_BIND, _RECURSIVE, _SLAVE, _NOSUID, _NODEV = 4096, 16384, 1 << 19, 2, 4
_ANCHORS = ("/mnt", "/media", "/srv", "/opt", "/var/opt")


def plan(paths: Iterable[Path]) -> dict[Path, Path]:
    """The folders to mount, and where; empty when everybody can walk to all the paths."""
    resolved = [path.resolve() for path in paths]
    tops = sorted({top for path in resolved if (top := _closed_top(path)) is not None})
    if not tops:
        return {}
    anchor = _anchor([*resolved, *tops])
    return {top: anchor / str(number) for number, top in enumerate(tops)}


def seen(path: Path, mounts: Mapping[Path, Path]) -> Path:
    """The path under which the sandbox's user finds this path."""
    resolved = path.resolve()
    for top, place in sorted(mounts.items(), key=lambda entry: len(entry[0].parts), reverse=True):
        if resolved == top or top in resolved.parents:
            return place / resolved.relative_to(top)
    return resolved


def mount(mounts: Mapping[Path, Path]) -> None:
    """Mount the plan in a new mount namespace of this process; nobody else sees it, and it ends with its processes."""
    if not mounts:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    anchor = next(iter(mounts.values())).parent
    _checked(libc.unshare(_NEW_NAMESPACE), "taking a mount namespace of its own")
    _checked(libc.mount(None, b"/", None, _RECURSIVE | _SLAVE, None), "keeping mounts to itself")
    options = b"mode=0711,size=64k"
    _checked(libc.mount(b"tmpfs", os.fsencode(anchor), b"tmpfs", _NOSUID | _NODEV, options), f"covering {anchor}")
    for top, place in mounts.items():
        if top.is_dir():
            place.mkdir(mode=0o711)
        else:
            place.touch(mode=0o600)
        flags = _BIND | _RECURSIVE
        _checked(libc.mount(os.fsencode(top), os.fsencode(place), None, flags, None), f"mounting {top}")


def _closed_top(path: Path) -> Path | None:
    walk = [*reversed(path.parents), path]
    closed = [number for number, folder in enumerate(walk[:-1]) if not folder.stat().st_mode & stat.S_IXOTH]
    return walk[closed[-1] + 1] if closed else None


def _anchor(needed: Iterable[Path]) -> Path:
    kept = list(needed)
    for text in _ANCHORS:
        anchor = Path(text)
        if anchor.is_dir() and not any(path == anchor or anchor in path.parents for path in kept):
            return anchor
    return Path("/mnt")


def _checked(answer: int, what: str) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
