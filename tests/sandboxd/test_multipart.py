"""Multipart bodies are read the same however they are cut."""

import pytest

from worker.sandboxd.errors import InvalidRequest
from worker.sandboxd.http.multipart import FileStarts, MultipartReader, Piece, boundary_of

BODY = (
    b"--frontier\r\n"
    b'Content-Disposition: form-data; name="file"; filename="a%22b.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\n"
    b"one\r\n--frontie\r\n\r\n"
    b"\r\n--frontier\r\n"
    b'Content-Disposition: form-data; name="other"\r\n\r\n'
    b"\r\n--frontier--\r\n"
)


def read(pieces: list[bytes]) -> list[tuple[FileStarts, bytes]]:
    reader = MultipartReader(boundary_of('multipart/form-data; boundary="frontier"'))
    found: list[tuple[FileStarts, bytes]] = []
    for piece in pieces:
        for part in reader.feed(piece):
            match part:
                case FileStarts():
                    found.append((part, b""))
                case Piece(content):
                    found[-1] = (found[-1][0], found[-1][1] + content)
    reader.close()
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 61, 1000])
def test_the_parts_are_the_same_however_the_body_is_cut(size: int) -> None:
    pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    assert read(pieces) == [
        (FileStarts("file", 'a"b.txt'), b"one\r\n--frontie\r\n\r\n"),
        (FileStarts("other", None), b""),
    ]


def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        read([BODY[:-20]])


def test_a_head_without_end_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        read([b"--frontier\r\n" + b"x" * 20_000])


def test_a_content_type_without_boundary_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        boundary_of("multipart/form-data")
