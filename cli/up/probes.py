"""Asking a room on this machine whether it works, with what the standard library has."""

import http.client
import socket
from collections.abc import Callable, Mapping

PATIENCE = 1.0


def loopback_of(host: str) -> str:
    """The address under which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  read, never bound


def status_of(
    host: str, port: int, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body of one request; 0 when nobody answers within a second."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def http_ok(host: str, port: int, path: str) -> Callable[[], bool]:
    """A probe: true when `path` answers 2xx."""
    return lambda: 200 <= status_of(host, port, path)[0] < 300


def open_port(host: str, port: int) -> Callable[[], bool]:
    """A probe: true when somebody listens."""

    def look() -> bool:
        try:
            socket.create_connection((host, port), PATIENCE).close()
        except OSError:
            return False
        return True

    return look


def always() -> bool:
    """A probe for rooms with no door: being there is all there is to see."""
    return True
