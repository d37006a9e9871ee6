"""Where npm is configured to find packages, as npm itself answers it (that includes its default)."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class NpmConfiguration:
    """The part of npm's configuration that says where packages come from."""

    registry: str | None = None
    #: (scope with its @, registry) for each scope that has a registry of its own.
    scoped: tuple[tuple[str, str], ...] = ()
    certificates: str | None = None


def read_npm(environment: Mapping[str, str], command: Path | None) -> NpmConfiguration:
    """Ask npm for its configuration; empty where there is no npm."""
    if command is None:
        return NpmConfiguration()
    try:
        asked = subprocess.run(
            [str(command), "config", "list", "--json"],
            env=dict(environment),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        found = json.loads(asked.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return NpmConfiguration()
    if not isinstance(found, dict):
        return NpmConfiguration()
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    scoped = tuple(
        (name.removesuffix(":registry"), value)
        for name, value in sorted(texts.items())
        if name.startswith("@") and name.endswith(":registry")
    )
    return NpmConfiguration(texts.get("registry"), scoped, texts.get("cafile"))
