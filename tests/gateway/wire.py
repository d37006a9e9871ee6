"""A client that says exactly what it is told, byte by byte, and reads answers as they are."""

import json
import socket
from dataclasses import dataclass
from typing import Any


@dataclass
class Got:
    """An answer."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """The values of a field."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def value(self, name: str) -> str:
        """The only value of a field; empty when it isn't there."""
        values = self.values(name)
        assert len(values) <= 1, values
        return values[0] if values else ""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def cookie(self, purpose: str) -> str:
        """`name=value` of the cookie that is set for a purpose of ours; empty when there is none."""
        pairs = (value.split(";")[0] for value in self.values("set-cookie"))
        return next((pair for pair in pairs if pair.split("=")[0].endswith(purpose)), "")


class Wire:
    """One connection to the gateway."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Sends bytes."""
        self.socket.sendall(data)

    def head(self) -> tuple[int, list[tuple[str, str]]]:
        """Reads one head. Raises EOFError when the connection ends first."""
        first = self.file.readline()
        if not first.endswith(b"\r\n"):
            raise EOFError(first)
        fields = []
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            fields.append((name, value.strip()))
        return int(first.split(b" ")[1]), fields

    def answer(self, method: str = "GET") -> Got:
        """Reads one whole answer."""
        status, fields = self.head()
        got = Got(status, fields, b"")
        if method == "HEAD" or status in (204, 304) or status < 200:
            return got
        if got.value("transfer-encoding") == "chunked":
            while size := int(self.file.readline(), 16):
                got.body += self.file.read(size)
                self.file.readline()
            while self.file.readline() not in (b"\r\n", b""):
                pass
        elif length := got.value("content-length"):
            got.body = self.file.read(int(length))
        else:
            got.body = self.file.read()
        return got

    def ended(self) -> bool:
        """True when the other side closes; waits for it."""
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return True
