"""What a command may reach: read from E2B's network settings, judged per connection, all of it pure."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from worker.sandboxd.errors import InvalidRequest

WEB_PORTS = (80, 443)
_HOST = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_ALL = ("0.0.0.0/0", "::/0")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Nothing:
    """Nothing outside is reached."""


@dataclass(frozen=True)
class OnlyHosts:
    """These hosts are reached: exact names or `*.domain`."""

    hosts: tuple[str, ...]


@dataclass(frozen=True)
class AnyGlobal:
    """Every host with a global address is reached, except in the denied networks."""

    denied: tuple[str, ...] = ()


Egress = Nothing | OnlyHosts | AnyGlobal


@dataclass(frozen=True)
class Granted:
    """The host may be resolved and its usable address dialled."""

    #: A configured registry may live at a private address; nothing else may.
    private: bool
    denied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """The host may not be reached."""


def parse_network(body: Mapping[str, object]) -> Egress:
    """Read `allowOut`, `denyOut` and `allow_internet_access`; what is not opened stays closed."""
    allowed = _strings(body, "allowOut")
    denied = _strings(body, "denyOut")
    internet = body.get("allow_internet_access")
    if internet is not None and not isinstance(internet, bool):
        raise InvalidRequest("Setting the network: allow_internet_access must be true or false")
    for entry in denied:
        _network(entry)
    if allowed:
        return OnlyHosts(tuple(_host(entry) for entry in allowed))
    if internet is True and not any(entry in _ALL for entry in denied):
        return AnyGlobal(denied)
    return Nothing()


def judge(egress: Egress, host: str, port: int, registries: frozenset[tuple[str, int]]) -> Granted | Refused:
    """Whether this host and port may be dialled; `registries` are the configured origins as (host, port)."""
    known = (host, port) in registries
    if port not in WEB_PORTS and not known:
        return Refused()
    match egress:
        case Nothing():
            return Refused()
        case OnlyHosts(hosts):
            return Granted(known) if any(_matches(pattern, host) for pattern in hosts) else Refused()
        case AnyGlobal(denied):
            return Granted(known, denied)
        case _:
            assert_never(egress)


def usable(addresses: Sequence[str], granted: Granted) -> tuple[str, ...]:
    """The resolved addresses that may be dialled."""
    networks = [ipaddress.ip_network(entry, strict=False) for entry in granted.denied]
    found = []
    for text in addresses:
        address = ipaddress.ip_address(text.split("%")[0])
        if any(address in network for network in networks):
            continue
        if granted.private or is_global(address):
            found.append(text)
    return tuple(found)


def is_global(address: Address) -> bool:
    """Whether the address is on the public internet, seen through IPv6's ways to carry an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or _translated(address)
        if carried is not None:
            return is_global(carried)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    # RFC 6052: a NAT64 gateway would turn these into IPv4, private ones too.
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def normal_host(host: str) -> str:
    """The one spelling of a host name or address that is compared."""
    return host.strip("[]").rstrip(".").lower()


def _matches(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern


def _strings(body: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = body.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
        raise InvalidRequest(f"Setting the network: {key} must be a list of strings")
    return tuple(found)


def _host(entry: str) -> str:
    host = normal_host(entry)
    if _is_address(host) or _HOST.fullmatch(host):
        return host
    raise InvalidRequest(
        f"Setting the network: allowOut takes host names, `*.domain` or single addresses, not {entry!r}"
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _network(entry: str) -> Network:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        raise InvalidRequest(f"Setting the network: denyOut takes addresses and networks, not {entry!r}") from None


def to_json(egress: Egress) -> dict[str, object]:
    """The egress as the JSON that a keeper is told."""
    match egress:
        case Nothing():
            return {"kind": "nothing"}
        case OnlyHosts(hosts):
            return {"kind": "hosts", "entries": list(hosts)}
        case AnyGlobal(denied):
            return {"kind": "global", "entries": list(denied)}
        case _:
            assert_never(egress)


def from_json(found: Mapping[str, object]) -> Egress:
    """The egress that `to_json` wrote."""
    entries = found.get("entries")
    texts = tuple(str(entry) for entry in entries) if isinstance(entries, list) else ()
    match found.get("kind"):
        case "hosts":
            return OnlyHosts(texts)
        case "global":
            return AnyGlobal(texts)
        case _:
            return Nothing()
