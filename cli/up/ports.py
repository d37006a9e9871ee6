"""The ports of one Slipway: all different, all free before anything starts."""

import errno
import os
import socket
from collections.abc import Mapping
from contextlib import closing

from engine.errors import ConfigurationError


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
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
