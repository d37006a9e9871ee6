"""Lines at the end of a file, whose own bytes stay as they are."""

from collections.abc import Sequence


def appended(content: bytes | None, lines: Sequence[str]) -> bytes:
    """The file with these lines behind its last, ended as its own are; None: there is no file yet."""
    before = content or b""
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    if before and not before.endswith(b"\n"):
        before += newline
    return before + b"".join(line.encode() + newline for line in lines)
