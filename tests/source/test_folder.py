"""A folder as a source: what git would take."""

import io
import tarfile
from pathlib import Path

from engine.shell.real import RealShell
from engine.source.archive import Entry, Kind, pack, stays_inside
from engine.source.folder import folder_source
from tests.source.repositories import a_repository


def test_a_work_tree_gives_what_git_would_take(tmp_path: Path) -> None:
    a_repository(tmp_path, {"app.py": "x", ".gitignore": "*.log\n", "gone.txt": "y"})
    (tmp_path / "new.txt").write_text("untracked")
    (tmp_path / "noise.log").write_text("ignored")
    (tmp_path / "gone.txt").unlink()
    source = folder_source(RealShell(), tmp_path)
    assert list(source.paths()) == [".gitignore", "app.py", "new.txt"]
    assert source.read("noise.log") is None


def test_a_plain_folder_gives_all_but_what_tools_make(tmp_path: Path) -> None:
    for name in ("app.py", "node_modules/x/index.js", ".venv/bin/python", "__pycache__/a.pyc", "sub/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "out").symlink_to("/etc")
    (tmp_path / "in").symlink_to("sub/b.txt")
    entries = {entry.path: entry for entry in folder_source(RealShell(), tmp_path).entries()}
    assert sorted(entries) == ["app.py", "in", "sub/b.txt"]
    assert entries["in"].kind is Kind.LINK


def test_a_tar_holds_files_programs_and_links_below_its_folder() -> None:
    packed = pack(
        [Entry("a", Kind.FILE, b"1"), Entry("b\udcff", Kind.PROGRAM, b"2"), Entry("c", Kind.LINK, b"a")],
        folder="revisions/x",
        now=1_700_000_000,
    )
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        found = {info.name: (info.type, info.mode, info.mtime) for info in archive.getmembers()}
    assert found["revisions/x/a"] == (tarfile.REGTYPE, 0o644, 1_700_000_000)
    assert found["revisions/x/b\udcff"][1] == 0o755
    assert found["revisions/x/c"][0] == tarfile.SYMTYPE


def test_a_link_stays_inside_or_does_not() -> None:
    assert stays_inside("a/b", "../c")
    assert not stays_inside("a/b", "../../c")
    assert not stays_inside("a", "/etc/passwd")
    assert not stays_inside("a", "b/../../c")
