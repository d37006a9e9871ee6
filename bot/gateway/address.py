"""Upstream addresses: `unix:/path` · `tcp:host:port` · `tls:host:port#token`, and how each is dialled."""

import asyncio
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.errors import ConfigurationError

#: Bytes of a Unix socket's path, the closing zero left out (unix(7)).
UNIX_PATH_LIMIT = 107


@dataclass(frozen=True)
class UnixAddress:
    """A socket in the file system."""

    path: str


@dataclass(frozen=True)
class TcpAddress:
    """A port; with TLS and a traffic token when it is E2B's cloud."""

    host: str
    port: int
    tls: bool
    token: str


Address = UnixAddress | TcpAddress


def parse_address(text: str) -> Address:
    """Reads the text form. Raises ConfigurationError."""
    scheme, _, rest = text.partition(":")
    if scheme == "unix" and rest.startswith("/"):
        return UnixAddress(rest)
    place, _, token = rest.partition("#")
    host, _, port = place.rpartition(":")
    if scheme in ("tcp", "tls") and host and port.isdigit():
        return TcpAddress(host.strip("[]"), int(port), scheme == "tls", token)
    raise ConfigurationError([f"reading a route: {scheme!r} is no upstream address; write unix:, tcp: or tls:."])


async def dial(address: Address, factory: Callable[[], asyncio.Protocol], context: ssl.SSLContext) -> None:
    """Connects a protocol of `factory` to the address. Raises OSError."""
    loop = asyncio.get_running_loop()
    match address:
        case TcpAddress(host, port, tls, _):
            secure = context if tls else None
            await loop.create_connection(factory, host, port, ssl=secure, server_hostname=host if tls else None)
        case UnixAddress(path) if len(os.fsencode(path)) <= UNIX_PATH_LIMIT:
            await loop.create_unix_connection(factory, path)
        case UnixAddress(path):
            # A longer path than the socket call takes: reached through its folder's descriptor.
            place = PurePosixPath(path)
            folder = os.open(place.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                await loop.create_unix_connection(factory, f"/proc/self/fd/{folder}/{place.name}")
            finally:
                os.close(folder)
