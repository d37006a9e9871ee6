"""`/files`: reading and writing whole files, streamed both ways."""

import os
import zlib
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from worker.sandboxd.errors import DiskFull, InvalidRequest
from worker.sandboxd.host.confined import ConfinedFolder
from worker.sandboxd.host.orders import inside
from worker.sandboxd.host.sandboxes import Sandbox
from worker.sandboxd.http.answers import json_response
from worker.sandboxd.http.filesystem_calls import folder_of
from worker.sandboxd.http.multipart import FileStarts, MultipartReader, Piece, boundary_of

_CHUNK = 256 << 10


async def download(sandbox: Sandbox, request: Request) -> Response:
    """Send a file."""
    descriptor = folder_of(sandbox).read(inside(request.query_params.get("path", "")))
    length = os.fstat(descriptor).st_size
    headers = {"content-length": str(length)}
    return StreamingResponse(_read(descriptor, length), headers=headers, media_type="application/octet-stream")


async def upload(sandbox: Sandbox, request: Request, limit: int) -> Response:
    """Store what is sent; `limit` is the most bytes that the sandbox may have on disk."""
    files = _Incoming(folder_of(sandbox), limit - sandbox.disk)
    kind = request.headers.get("content-type", "")
    path = request.query_params.get("path")
    try:
        if kind.startswith("multipart/"):
            await _store_parts(request, MultipartReader(boundary_of(kind)), files, path)
        else:
            if not path:
                raise InvalidRequest("Writing a file: the request names no path")
            files.open(path)
            async for content in _decoded(request):
                files.write(content)
    finally:
        files.close()
    return json_response(files.stored)


class _Incoming:
    """The files of one upload, one open at a time."""

    def __init__(self, folder: ConfinedFolder, room: int) -> None:
        self._folder = folder
        self._room = room
        self._open: int | None = None
        self.stored: list[dict[str, str]] = []

    def open(self, path: str) -> None:
        """Go on to the next file."""
        self.close()
        wanted = inside(path)
        self._open = self._folder.write(wanted)
        self.stored.append({"path": wanted, "name": wanted.rpartition("/")[2], "type": "file"})

    def write(self, content: bytes) -> None:
        """Append to the open file."""
        self._room -= len(content)
        if self._room < 0:
            raise DiskFull("Writing a file: the sandbox's disk is full")
        while content and self._open is not None:
            content = content[os.write(self._open, content) :]

    def close(self) -> None:
        """The open file is complete."""
        if self._open is not None:
            os.close(self._open)
            self._open = None


async def _store_parts(request: Request, reader: MultipartReader, files: _Incoming, path: str | None) -> None:
    async for content in request.stream():
        for found in reader.feed(content):
            match found:
                case FileStarts("file", name):
                    target = path or name
                    if not target:
                        raise InvalidRequest("Writing a file: the upload names no path")
                    files.open(target)
                case FileStarts():
                    files.close()
                case Piece(piece):
                    files.write(piece)
    reader.close()


async def _decoded(request: Request) -> AsyncIterator[bytes]:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "identity":
        async for content in request.stream():
            yield content
        return
    if encoding != "gzip":
        raise InvalidRequest(f"Writing a file: the encoding {encoding!r} is not known; send gzip or none")
    unzip = zlib.decompressobj(wbits=31)
    try:
        async for content in request.stream():
            # In steps, so that a small upload can't unfold to any size in memory.
            while content:
                yield unzip.decompress(content, _CHUNK)
                content = unzip.unconsumed_tail  # noqa: PLW2901
        yield unzip.flush()
    except zlib.error as problem:
        raise InvalidRequest(f"Writing a file: its gzip encoding is broken: {problem}") from None


async def _read(descriptor: int, length: int) -> AsyncIterator[bytes]:
    # No more than was promised, though the file may grow meanwhile.
    try:
        while length > 0 and (content := os.read(descriptor, min(_CHUNK, length))):
            length -= len(content)
            yield content
    finally:
        os.close(descriptor)
