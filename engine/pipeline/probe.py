"""One request through a sandbox's door, as the gateway would make it."""

import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from engine.sandboxes.port import Upstream
from engine.sandboxes.upstream import TRAFFIC_HEADER, TcpDoor, TlsDoor, UnixDoor, door_of

#: Bytes that a unix socket's address holds on Linux, without its NUL.
LONGEST_ADDRESS = 107


@dataclass(frozen=True)
class Answered:
    """The application answered with this status."""

    status: int

    @property
    def well(self) -> bool:
        """True of 2xx and 3xx."""
        return 200 <= self.status < 400


@dataclass(frozen=True)
class Silent:
    """Nobody answered: nothing listens, or it takes too long."""

    why: str


def probe(upstream: Upstream, host: str, path: str, timeout: float) -> Answered | Silent:
    """Asks for `path` with the Host of the preview."""
    door = door_of(upstream)
    headers = {"User-Agent": "slipway-probe", "Accept": "*/*", "Connection": "close"}
    if isinstance(door, TlsDoor):
        # The cloud's edge finds the sandbox by its own host name.
        headers |= {"Host": door.host, TRAFFIC_HEADER: door.traffic_token}
    else:
        headers["Host"] = host
    try:
        connection = _Connected(connect(upstream, timeout), timeout)
        try:
            connection.request("GET", path, headers=headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return Silent(str(error) or type(error).__name__)
    # The cloud's edge answers for a port that nobody listens on.
    return Silent("nothing listens") if isinstance(door, TlsDoor) and status == 502 else Answered(status)


class _Connected(http.client.HTTPConnection):
    """HTTP over a socket that is there already."""

    def __init__(self, connected: socket.socket, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.sock = connected


def connect(upstream: Upstream, timeout: float) -> socket.socket:
    """A connection to the application behind a door. Raises OSError."""
    door = door_of(upstream)
    match door:
        case UnixDoor(path):
            return _unix_socket(path, timeout)
        case TcpDoor(host, port):
            return socket.create_connection((host, port), timeout)
        case TlsDoor(host, port):
            plain = socket.create_connection((host, port), timeout)
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        case _:
            assert_never(door)


def _unix_socket(path: str, timeout: float) -> socket.socket:
    connected = socket.socket(socket.AF_UNIX)
    connected.settimeout(timeout)
    try:
        if len(os.fsencode(path)) <= LONGEST_ADDRESS:
            connected.connect(path)
            return connected
        # A longer path is reached through its folder.
        folder = os.open(Path(path).parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            connected.connect(f"/proc/self/fd/{folder}/{Path(path).name}")
        finally:
            os.close(folder)
    except OSError:
        connected.close()
        raise
    return connected
