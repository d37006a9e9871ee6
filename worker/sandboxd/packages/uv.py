"""Where uv is configured to find packages: its files and its environment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class UvConfiguration:
    """The part of uv's configuration that says where packages come from."""

    index: str | None = None
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether uv was left as it comes."""
        return self == UvConfiguration()


def read_uv(environment: Mapping[str, str], system: Path = Path("/etc/uv/uv.toml")) -> UvConfiguration:
    """Read uv's configuration: the system's file, the user's, then the environment."""
    home = Path(environment.get("HOME") or "/nonexistent")
    user = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "uv" / "uv.toml"
    chosen = environment.get("UV_CONFIG_FILE")
    index: str | None = None
    extra: list[str] = []
    links: list[str] = []
    for path in (Path(chosen),) if chosen else (system, user):
        found = _from_file(path)
        index = found.index or index
        extra[:0] = found.extra
        links[:0] = found.find_links
    index = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL") or index
    extra[:0] = (environment.get("UV_INDEX", "") + " " + environment.get("UV_EXTRA_INDEX_URL", "")).split()
    links[:0] = environment.get("UV_FIND_LINKS", "").replace(",", " ").split()
    return UvConfiguration(index, tuple(extra), tuple(links))


def _from_file(path: Path) -> UvConfiguration:
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return UvConfiguration()
    nested = table.get("pip")
    pip = nested if isinstance(nested, dict) else {}
    entries = [
        entry for entry in table.get("index", []) if isinstance(entry, dict) and isinstance(entry.get("url"), str)
    ]
    index = next((entry["url"] for entry in entries if entry.get("default")), None)
    extra = [entry["url"] for entry in entries if not entry.get("default")]
    for source in (table, pip):
        index = index or _text(source.get("index-url"))
        extra += _texts(source.get("extra-index-url"))
    return UvConfiguration(index, tuple(extra), tuple(_texts(table.get("find-links")) + _texts(pip.get("find-links"))))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
