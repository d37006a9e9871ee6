"""Reads `multipart/form-data` as it comes: file after file, piece after piece, holding little."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from worker.sandboxd.errors import InvalidRequest

_LONGEST_HEAD = 16 << 10


@dataclass(frozen=True)
class FileStarts:
    """The next part begins."""

    field: str
    name: str | None


@dataclass(frozen=True)
class Piece:
    """Bytes of the part that was begun last."""

    content: bytes


def boundary_of(content_type: str) -> bytes:
    """The boundary that a content type names; raises InvalidRequest without one."""
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise InvalidRequest("Reading the upload: its content type names no boundary")
    return boundary.encode("latin-1")


class MultipartReader:
    """Cuts a body into parts."""

    def __init__(self, boundary: bytes) -> None:
        self._mark = b"\r\n--" + boundary
        # The first boundary may stand at the very start.
        self._held = b"\r\n"
        self._inside = False
        self._over = False

    def feed(self, content: bytes) -> Iterator[FileStarts | Piece]:
        """Take bytes, give what they complete."""
        self._held += content
        while not self._over:
            place = self._held.find(self._mark)
            if place < 0:
                yield from self._give(max(0, len(self._held) - len(self._mark)))
                return
            after = place + len(self._mark)
            if len(self._held) < after + 2:
                yield from self._give(place)
                return
            if self._held[after : after + 2] == b"--":
                yield from self._give(place)
                self._over = True
                return
            end = self._held.find(b"\r\n\r\n", after)
            if end < 0:
                if len(self._held) - after > _LONGEST_HEAD:
                    raise InvalidRequest("Reading the upload: the head of a part is too long")
                yield from self._give(place)
                return
            yield from self._give(place)
            head = self._held[len(self._mark) : end - place]
            self._held = self._held[end - place + 4 :]
            self._inside = True
            yield _start(head)

    def close(self) -> None:
        """The body ended; raises InvalidRequest when a part did not."""
        if not self._over:
            raise InvalidRequest("Reading the upload: it ended in the middle of a part")

    def _give(self, length: int) -> Iterator[Piece]:
        content, self._held = self._held[:length], self._held[length:]
        if self._inside and content:
            yield Piece(content)


def _start(head: bytes) -> FileStarts:
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.strip().lower() == b"content-disposition":
            message = Message()
            message["content-disposition"] = value.strip().decode("utf-8", "replace")
            field = message.get_param("name", header="content-disposition")
            name = message.get_filename()
            return FileStarts(field if isinstance(field, str) else "", None if name is None else _unescaped(name))
    return FileStarts("", None)


def _unescaped(name: str) -> str:
    # HTML's form encoding escapes these three and nothing else.
    for escape, character in (("%22", '"'), ("%0D", "\r"), ("%0A", "\n")):
        name = name.replace(escape, character)
    return name
