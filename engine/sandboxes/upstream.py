"""The text form of an upstream, taken apart."""

from dataclasses import dataclass

from engine.sandboxes.port import Upstream


@dataclass(frozen=True)
class UnixDoor:
    """A unix socket on this machine."""

    path: str


@dataclass(frozen=True)
class TcpDoor:
    """A plain TCP address."""

    host: str
    port: int


@dataclass(frozen=True)
class TlsDoor:
    """A TLS address, with the token that the cloud's edge asks for (empty: none)."""

    host: str
    port: int
    traffic_token: str


Door = UnixDoor | TcpDoor | TlsDoor

#: The header that carries the traffic token to E2B's edge.
TRAFFIC_HEADER = "e2b-traffic-access-token"


def door_of(upstream: Upstream) -> Door:
    """The door that an upstream's text means. Raises ValueError."""
    scheme, _, rest = upstream.text.partition(":")
    if scheme == "unix" and rest.startswith("/"):
        return UnixDoor(rest)
    address, _, token = rest.partition("#")
    host, _, port = address.rpartition(":")
    if scheme == "tcp" and host:
        return TcpDoor(host, int(port))
    if scheme == "tls" and host:
        return TlsDoor(host, int(port), token)
    raise ValueError(f"{upstream.text!r} is not an upstream")
