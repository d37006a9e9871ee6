"""Copies that a scan left behind when its process was killed are removed by a later scan."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.scan.copies import LEFT_BEHIND, PREFIX, copied
from tests.scan.trees import a_tree


@pytest.fixture
def left() -> Iterator[Path]:
    """The folder of a scan, with a file in it."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / "00000.py").write_text("KEY = 1\n")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def grow_old(path: Path) -> None:
    """As if it were from long ago."""
    then = time.time() - LEFT_BEHIND - 1
    os.utime(path, (then, then), follow_symlinks=False)


def test_what_is_old_goes(left: Path) -> None:
    grow_old(left)
    with copied(a_tree({"app.py": "x = 1\n"})) as copies:
        assert copies.folder.exists()
        assert not left.exists()


def test_what_another_scan_is_at_stays(left: Path) -> None:
    with copied(a_tree({"app.py": "x = 1\n"})):
        assert (left / "00000.py").exists()


def test_a_link_of_that_name_is_not_followed(left: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    grow_old(tmp_path)
    left.joinpath("00000.py").unlink()
    left.rmdir()
    left.symlink_to(tmp_path)
    grow_old(left)
    try:
        with copied(a_tree({"app.py": "x = 1\n"})):
            assert (tmp_path / "kept").exists()
    finally:
        left.unlink(missing_ok=True)
