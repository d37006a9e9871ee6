"""A visitor at a sandbox's door."""

import socket
from pathlib import Path

from worker.sandboxd.doors import door_path, short_address


def connect(data_dir: Path, sandbox_id: str, port: int) -> socket.socket:
    """A connection through the door."""
    visitor = socket.socket(socket.AF_UNIX)
    visitor.settimeout(30)
    try:
        with short_address(door_path(data_dir, sandbox_id, port)) as address:
            visitor.connect(address)
    except OSError:
        visitor.close()
        raise
    return visitor


def request(data_dir: Path, sandbox_id: str, port: int, path: str = "/") -> bytes:
    """The body of one answer; empty when nothing listens behind the door, or there is none."""
    try:
        with connect(data_dir, sandbox_id, port) as visitor:
            visitor.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            answer = bytearray()
            while piece := visitor.recv(65536):
                answer += piece
    except (ConnectionError, FileNotFoundError):
        return b""
    return bytes(answer.partition(b"\r\n\r\n")[2])
