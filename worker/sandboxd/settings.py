"""The sandbox host's settings, read once and strictly from its environment; all problems are told at once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from worker.sandboxd.errors import SettingsProblems

MIN_KEY_LENGTH = 16

T = TypeVar("T")
N = TypeVar("N", int, float)

# What package clients and TLS libraries read; handed on as a value so that nothing else touches the environment.
_CLIENT_PREFIXES = ("PIP_", "UV_", "NPM_CONFIG_", "XDG_CONFIG_")
_CLIENT_NAMES = ("HOME", "PATH", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use."""

    #: Bytes of memory for everything that runs in the sandbox.
    memory: int
    #: Processor cores, as a fraction.
    cpu: float
    #: Processes and threads.
    pids: int
    #: Bytes on disk in the sandbox's home and temporary folder.
    disk: int


@dataclass(frozen=True)
class Settings:
    """The settings of one sandbox host."""

    data_dir: Path
    port: int
    api_key: str = field(repr=False)
    allow_unisolated: bool
    limits: Limits
    #: The environment variables that pip, uv, npm and TLS libraries read.
    clients: Mapping[str, str] = field(repr=False)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings, or raise `SettingsProblems` with everything that is wrong."""
    problems: list[str] = []
    limits = Limits(
        memory=_read(environment, problems, "PREVIEW_MEMORY_LIMIT_MB", "512", _between(int, 16, 1 << 20)) << 20,
        cpu=_read(environment, problems, "SANDBOX_CPU_LIMIT", "1.0", _between(float, 0.05, 1024)),
        pids=_read(environment, problems, "SANDBOX_PIDS_LIMIT", "256", _between(int, 16, 1 << 20)),
        disk=_read(environment, problems, "SANDBOX_DISK_LIMIT_MB", "4096", _between(int, 16, 1 << 24)) << 20,
    )
    port = _read(environment, problems, "SANDBOXD_PORT", "49982", _between(int, 1, 65535))
    unisolated = _read(environment, problems, "ALLOW_UNISOLATED", "0", _flag)
    key = environment.get("SANDBOXD_API_KEY", "")
    if len(key) < MIN_KEY_LENGTH:
        problems.append(
            f"SANDBOXD_API_KEY must have at least {MIN_KEY_LENGTH} characters; "
            f"{'it is not set' if not key else 'it is shorter'}"
        )
    data_dir = environment.get("DATA_DIR", ".slipway")
    if not data_dir:
        problems.append("DATA_DIR is empty; name a folder or leave it out")
    if problems:
        raise SettingsProblems(tuple(problems))
    clients = {name: value for name, value in environment.items() if _is_for_clients(name)}
    # As the clients do: without HOME, the password database says where their configuration is.
    clients.setdefault("HOME", str(Path.home()))
    clients.setdefault("PATH", os.defpath)
    return Settings(Path(data_dir).absolute(), port, key, unisolated, limits, clients)


def _is_for_clients(name: str) -> bool:
    return name in _CLIENT_NAMES or name.upper().startswith(_CLIENT_PREFIXES)


def _read(environment: Mapping[str, str], problems: list[str], name: str, default: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(environment.get(name, default).strip())
    except ValueError as problem:
        problems.append(f"{name} {problem}")
        return parse(default)


def _between(kind: Callable[[str], N], low: N, high: N) -> Callable[[str], N]:
    def parse(text: str) -> N:
        try:
            value = kind(text)
        except ValueError:
            raise ValueError(f"must be a number from {low} to {high}, not {text!r}") from None
        if not low <= value <= high:
            raise ValueError(f"must be from {low} to {high}, not {text}")
        return value

    return parse


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"must be 0 or 1, not {text!r}")
    return text == "1"
