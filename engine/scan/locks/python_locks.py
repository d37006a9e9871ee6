"""uv.lock, poetry.lock and Pipfile.lock."""

import json
from typing import Any

from engine.detect.toml_text import read_toml
from engine.readiness.sources.requirement import normal
from engine.scan.locks.pin import PYPI, Locked, Pins


def read_uv(path: str, text: str) -> Locked:
    """Packages of uv.lock that come from an index. Raises ValueError."""
    pins = Pins(PYPI, path)
    for each in _packages(text):
        source = each.get("source")
        # Of a folder or a repository OSV knows no releases.
        if isinstance(source, dict) and "registry" not in source and "url" not in source:
            continue
        _add(pins, each)
    return pins.locked()


def read_poetry(path: str, text: str) -> Locked:
    """Packages of poetry.lock that run, not those for development alone. Raises ValueError."""
    pins = Pins(PYPI, path)
    for each in _packages(text):
        groups = each.get("groups", [each.get("category", "main")])
        source = each.get("source")
        elsewhere = isinstance(source, dict) and source.get("type") in ("git", "directory", "file")
        if not elsewhere and (not isinstance(groups, list) or "main" in groups or "dev" not in groups):
            _add(pins, each)
    return pins.locked()


def read_pipfile(path: str, text: str) -> Locked:
    """What Pipfile.lock's `default` pins. Raises ValueError."""
    content = json.loads(text)
    pins = Pins(PYPI, path)
    section = content.get("default") if isinstance(content, dict) else None
    if not isinstance(section, dict):
        raise ValueError("it has no `default`")
    for name, each in section.items():
        version = each.get("version") if isinstance(each, dict) else None
        if isinstance(version, str) and version.startswith("=="):
            pins.add(normal(name), version.lstrip("="), f'"{name}": {{')
    return pins.locked()


def _packages(text: str) -> list[dict[str, Any]]:
    content = read_toml(text).get("package", [])
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        raise ValueError("`package` is no list of tables")
    return content


def _add(pins: Pins, package: dict[str, Any]) -> None:
    name, version = package.get("name"), package.get("version")
    if isinstance(name, str) and isinstance(version, str):
        pins.add(normal(name), version, f'name = "{name}"')
