"""The files of one commit: checked before they are read, read in bounded pieces."""

import posixpath
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.errors import Cause, StageFailed, Unreachable
from engine.source.archive import Entry, Kind, stays_inside
from engine.source.git import Git

READ_TIMEOUT = 60.0
#: Bytes of blobs that are asked of git at once.
PIECE = 16 << 20


@dataclass(frozen=True)
class Limits:
    """How big a commit may be."""

    files: int = 50_000
    #: Bytes of one file, and of all.
    file_bytes: int = 100 << 20
    total_bytes: int = 300 << 20
    fetched_bytes: int = 500 << 20

    def too_big(self, what: str) -> Cause:
        """The cause for a source that is bigger."""
        return Cause(
            f"The source is too big for a preview: {what}.",
            "Keep big files out of the repository (Git LFS, a download at build time).",
            "source_too_big",
        )


@dataclass(frozen=True)
class Blob:
    """One file of a commit."""

    path: str
    kind: Kind
    object_id: str
    size: int


class Snapshot:
    """The files of one commit, as a tree for detection and as entries for a tar."""

    def __init__(self, git: Git, sha: str, blobs: Sequence[Blob]) -> None:
        self.sha = sha
        self._git = git
        self._blobs = {blob.path: blob for blob in blobs}
        self._small: dict[str, bytes] | None = None

    def paths(self) -> Collection[str]:
        """The path of every file, sorted."""
        return [path for path, blob in self._blobs.items() if blob.kind is not Kind.LINK]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        blob = self._blobs.get(path)
        if blob is None or blob.kind is Kind.LINK:
            return None
        if sum(each.size for each in self._blobs.values()) > PIECE:
            return next(self._contents([blob]))
        return self._all()[path]

    def kind(self, path: str) -> Kind | None:
        """What stands at a path; None: nothing."""
        blob = self._blobs.get(path)
        return None if blob is None else blob.kind

    def entries(self) -> Iterator[Entry]:
        """Every file with its bytes; links that would lead out of the tree are left out."""
        for piece in _pieces(list(self._blobs.values())):
            contents = self._contents(piece) if self._small is None else iter(self._small[each.path] for each in piece)
            for blob, content in zip(piece, contents, strict=True):
                if blob.kind is Kind.LINK and not stays_inside(blob.path, content.decode(errors="replace")):
                    continue
                yield Entry(blob.path, blob.kind, content)

    def _all(self) -> dict[str, bytes]:
        """Every file of a small commit, read in one go: detection looks at many."""
        if self._small is None:
            blobs = list(self._blobs.values())
            self._small = dict(zip((blob.path for blob in blobs), self._contents(blobs), strict=True))
        return self._small

    def _contents(self, blobs: Sequence[Blob]) -> Iterator[bytes]:
        asked = "".join(f"{blob.object_id}\n" for blob in blobs).encode()
        answer = self._git.run(("cat-file", "--batch"), timeout=READ_TIMEOUT, stdin=asked).stdout
        place = 0
        for blob in blobs:
            head = f"{blob.object_id} blob {blob.size}\n".encode()
            if not answer.startswith(head, place):
                raise Unreachable(f"reading {blob.path} from the mirror: git does not have its bytes")
            place += len(head)
            yield answer[place : place + blob.size]
            place += blob.size + 1


def read_snapshot(git: Git, sha: str, limits: Limits) -> Snapshot | None:
    """The files of a commit, None when the mirror doesn't have it. Raises StageFailed when it is too big."""
    listing = git.run(("ls-tree", "-r", "-z", "--long", "--full-tree", sha), timeout=READ_TIMEOUT, limit=64 << 20)
    if listing.exit_code:
        return None
    blobs = [blob for record in listing.stdout.split(b"\0") if record and (blob := _blob(record))]
    _check(blobs, limits)
    return Snapshot(git, sha, _without_shadowed(blobs))


def _blob(record: bytes) -> Blob | None:
    """A file or link of a listing; submodules and names that no checkout may have are dropped."""
    facts, _, name = record.partition(b"\t")
    mode, kind, object_id, size = facts.decode().split()
    path = name.decode(errors="surrogateescape")
    if kind != "blob" or not _is_sane(path):
        return None
    kinds = {"120000": Kind.LINK, "100755": Kind.PROGRAM}
    return Blob(path, kinds.get(mode, Kind.FILE), object_id, int(size))


def _is_sane(path: str) -> bool:
    parts = path.split("/")
    return posixpath.normpath(path) == path and not any(
        part in ("", ".", "..") or part.lower() == ".git" for part in parts
    )


def _check(blobs: Sequence[Blob], limits: Limits) -> None:
    if len(blobs) > limits.files:
        raise StageFailed(limits.too_big(f"{len(blobs)} files, at most {limits.files}"))
    for blob in blobs:
        if blob.size > limits.file_bytes:
            raise StageFailed(
                limits.too_big(f"{blob.path} has {blob.size >> 20} MB, at most {limits.file_bytes >> 20}")
            )
    total = sum(blob.size for blob in blobs)
    if total > limits.total_bytes:
        raise StageFailed(limits.too_big(f"{total >> 20} MB of files, at most {limits.total_bytes >> 20}"))


def _without_shadowed(blobs: Sequence[Blob]) -> list[Blob]:
    """A hand-made tree can hold a link and a folder of one name: then files would be written through the link."""
    links = {blob.path for blob in blobs if blob.kind is Kind.LINK}
    if not links:
        return list(blobs)
    return [blob for blob in blobs if not any(parent in links for parent in _parents(blob.path))]


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _pieces(blobs: Sequence[Blob]) -> Iterator[list[Blob]]:
    piece: list[Blob] = []
    size = 0
    for blob in blobs:
        if piece and size + blob.size > PIECE:
            yield piece
            piece, size = [], 0
        piece.append(blob)
        size += blob.size
    if piece:
        yield piece
