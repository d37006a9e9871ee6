"""Where pip is configured to find packages: its files and its environment, as pip itself orders them."""

import configparser
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_SECTIONS = ("global", "install")

# pip's source names its default index and the host its files are stored on; a wheel of pip comes with Python.
_ASK_PIP = """
import sys
try:
    from pip._internal.models.index import PyPI
except ImportError:
    import ensurepip, pathlib
    sys.path[:0] = [str(p) for p in pathlib.Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")]
    from pip._internal.models.index import PyPI
print(PyPI.simple_url)
print("https://" + PyPI.file_storage_domain + "/")
"""


@dataclass(frozen=True)
class PipConfiguration:
    """The part of pip's configuration that says where packages come from."""

    index: str | None = None
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    certificates: str | None = None


def read_pip(environment: Mapping[str, str], prefix: Path = Path(sys.prefix)) -> PipConfiguration:
    """Read pip's configuration; later files and the environment win, as in pip."""
    values: dict[str, str] = {}
    for path in _files(environment, prefix):
        values.update(_options(path))
    for name in ("index-url", "extra-index-url", "find-links", "cert"):
        if text := environment.get("PIP_" + name.upper().replace("-", "_")):
            values[name] = text
    return PipConfiguration(
        index=values.get("index-url"),
        extra=tuple(values.get("extra-index-url", "").split()),
        find_links=tuple(values.get("find-links", "").split()),
        certificates=values.get("cert"),
    )


def default_addresses(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The index that pip uses when nothing is configured, and the place its files come from; empty without pip."""
    asked = subprocess.run(
        [sys.executable, "-c", _ASK_PIP],
        env={**environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return tuple(asked.stdout.split()) if asked.returncode == 0 else ()


def _files(environment: Mapping[str, str], prefix: Path) -> Iterator[Path]:
    chosen = environment.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return
    home = Path(environment.get("HOME") or "/nonexistent")
    for folder in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    yield Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield prefix / "pip.conf"
    if chosen:
        yield Path(chosen)


def _options(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text())
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    found: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            found.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    return found
