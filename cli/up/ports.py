"""The ports of one Slipway: all different, all free before anything starts."""

import errno
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import closing

from engine.errors import ConfigurationError

#: Ports that no system gives to whoever asks for any (Linux's `net.ipv4.ip_local_port_range` begins at 32768): one that
#: is free stays free until somebody asks for that very one.
UNGIVEN = range(20_000, 32_768)
TRIES = 200


def require_free(ports: Mapping[str, int], host: str) -> None:
    """Raises ConfigurationError that names the setting of every port that can't be taken; `host` is the doors'."""
    problems = _doubles(ports)
    for name, port in ports.items():
        why = _why_not(host if name in ("PORT", "GATEWAY_PORT") else "127.0.0.1", port)
        if why:
            problems.append(
                f"{name}: {port} {why}. Stop what uses it, or choose another: {name}={_other(port)} slipway up"
                + (" (the other ports follow PORT)" if name == "PORT" else "")
                + "."
            )
    if problems:
        raise ConfigurationError(problems)


def _doubles(ports: Mapping[str, int]) -> list[str]:
    seen: dict[int, str] = {}
    problems = []
    for name, port in ports.items():
        if port in seen:
            problems.append(f"{name}: {port} is {seen[port]} already. Give each room a port of its own.")
        seen.setdefault(port, name)
    return problems


def _why_not(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # Servers set it too: connections of a Slipway that has just ended don't keep its port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return "is in use" if error.errno == errno.EADDRINUSE else f"can't be used: {os.strerror(error.errno or 0)}"
    return ""


def _other(port: int) -> int:
    return port + 1000 if port + 1003 <= 65535 else port - 1000


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment. Raises ConfigurationError when none is found."""
    for _ in range(TRIES):
        port = secrets.choice(UNGIVEN)
        if not _why_not("127.0.0.1", port):
            return port
    raise ConfigurationError([f"No free port was found between {UNGIVEN[0]} and {UNGIVEN[-1]}. Stop what uses them."])
