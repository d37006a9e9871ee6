"""A tar of files for a sandbox: plain files, programs, links that stay inside; nothing else can be in it."""

import io
import posixpath
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What an entry is."""

    FILE = "file"
    PROGRAM = "program"
    LINK = "link"


@dataclass(frozen=True)
class Entry:
    """One file with its bytes; of a link they are its target."""

    path: str
    kind: Kind
    content: bytes


def stays_inside(path: str, target: str) -> bool:
    """True when a link at `path` leads to somewhere in the tree."""
    if target.startswith("/") or "\0" in target:
        return False
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return resolved != ".." and not resolved.startswith("../")


def pack(entries: Iterable[Entry], *, folder: str, now: float) -> bytes:
    """A tar whose entries lie below `folder`, all changed at `now` (Unix seconds)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, errors="surrogateescape") as archive:
        for entry in entries:
            info = tarfile.TarInfo(posixpath.join(folder, entry.path))
            info.mtime = int(now)
            info.mode = 0o644 if entry.kind is Kind.FILE else 0o755
            if entry.kind is Kind.LINK:
                info.type = tarfile.SYMTYPE
                info.linkname = entry.content.decode(errors="surrogateescape")
                archive.addfile(info)
            else:
                info.size = len(entry.content)
                archive.addfile(info, io.BytesIO(entry.content))
    return stream.getvalue()
