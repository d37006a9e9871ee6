"""The exact origins of package indexes, and their addresses without credentials."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, order=True)
class Origin:
    """Scheme, host and port of a place that packages come from."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def origin_of(url: str) -> Origin | None:
    """The origin of an http or https URL; none for anything else."""
    try:
        parts = urlsplit(_bare(url))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return Origin(parts.scheme, parts.hostname.lower(), port or _PORTS[parts.scheme])


def folder_of(location: str) -> Path | None:
    """The folder that a `file://` URL or an absolute path names; none for anything else."""
    bare = _bare(location)
    if bare.startswith("/"):
        return Path(bare)
    parts = urlsplit(bare)
    return Path(unquote(parts.path)) if parts.scheme == "file" and parts.path.startswith("/") else None


def without_credentials(url: str) -> str:
    """The same URL without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _bare(url: str) -> str:
    # uv names an index as `name=url`.
    name, equals, rest = url.partition("=")
    return rest if equals and "://" in rest and "://" not in name else url
