"""Small disks of a test's own: an ext4 in a file, so that what the disk holds can be looked at and copied."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def make_disk(image: Path, megabytes: int) -> None:
    """An empty disk."""
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    run("mkfs.ext4", "-q", "-F", str(image))


@contextmanager
def mounted(image: Path) -> Iterator[Path]:
    """The disk's folder; skips the test where this user can't mount."""
    folder = image.with_suffix(".mounted")
    folder.mkdir()
    run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield folder
    finally:
        # Lazily: whoever was killed may not have let go of its files yet.
        run("umount", "-l", str(folder))
        folder.rmdir()


def run(*argv: str) -> None:
    """Runs a program of the machine's; skips the test where that is not allowed, or there is none."""
    if not shutil.which(argv[0]):
        pytest.skip(f"needs {argv[0]}")
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{' '.join(argv)}: {done.stderr.strip()}; this needs root and loop devices")
