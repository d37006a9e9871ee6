"""Where nothing may be written the same change is told: on lines, or as a patch that git takes."""

import subprocess
from pathlib import Path

import pytest

from engine.readiness.fixes.patch import Changed, Replaced, patch, replaced, suggestion
from tests.source.repositories import git


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (b"a\nb\n", b"a\nb\nc\nd\n", Replaced("x", 2, 2, ("b", "c", "d"))),
        (b"a\nb\n", b"a\nc\n", Replaced("x", 2, 2, ("c",))),
        (b"a\nb\nc\n", b"a\nx\ny\nz\nc\n", Replaced("x", 2, 2, ("x", "y", "z"))),
        (b"a\n", b"new\na\n", Replaced("x", 1, 1, ("new", "a"))),
        (b"a\nb\nc\n", b"c\n", Replaced("x", 1, 2, ())),
        (b"a", b"a\nb\n", Replaced("x", 1, 1, ("a", "b"))),
        (None, b"a\n", None),
        (b"", b"a\n", None),
        (b"a\nb\nc\n", b"A\nb\nC\n", None),
        (b"a\r\n", b"a\r\nb\r\n", None),
        (b"\xff\n", b"\xff\na\n", None),
        # Python ends lines where git and GitHub don't.
        (
            "a\u2028b\x0cc\x1cd\x85\ne\n".encode(),
            "a\u2028b\x0cc\x1cd\x85\ne\nf\n".encode(),
            Replaced("x", 2, 2, ("e", "f")),
        ),
        (b"x\n" * 100_000, b"x\n" * 100_001, Replaced("x", 100_000, 100_000, ("x", "x"))),
        (b"x\n" * 100_000, b"y\n" + b"x\n" * 50_000 + b"z\n", None),
    ],
    ids=range(14),
)
def test_one_run_of_lines_becomes_a_suggestion(before: bytes | None, after: bytes, found: Replaced | None) -> None:
    assert replaced(Changed("x", before, after)) == found


def test_nothing_in_a_suggestion_ends_it() -> None:
    block = suggestion(Replaced("x", 1, 1, ("```", "````py")))
    assert block == "`````suggestion\n```\n````py\n`````"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"web: gunicorn app:app\n"),
        (b"a\nb\n", b"a\nb\nc\n"),
        (b"a\nb", b"a\nb\nc\n"),
        (b"a\nb\n", b"a\nB"),
        (b"a\r\nb\r\n", b"a\r\nb\r\nc\r\n"),
        ("a\u2028b\x0cc\x1cd\x85\n".encode(), "a\u2028b\x0cc\x1cd\x85\ne\n".encode()),
    ],
)
def test_git_takes_the_patch(tmp_path: Path, before: bytes | None, after: bytes) -> None:
    git(tmp_path, "init", "--quiet")
    file = tmp_path / "web" / "Procfile"
    file.parent.mkdir()
    if before is not None:
        file.write_bytes(before)
    told = patch([Changed("web/Procfile", before, after)])
    assert told is not None
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=told.encode(), check=True)
    assert file.read_bytes() == after


def test_a_file_that_would_take_minutes_to_compare_is_told_as_no_patch() -> None:
    assert patch([Changed("app.py", b"x\n" * 100_000, b"x\n" * 100_001)]) is None


def test_what_git_would_have_to_quote_is_not_told_as_a_patch() -> None:
    assert patch([Changed("a\nb", None, b"x\n")]) is None
    assert patch([Changed("x", None, b"\xff\n")]) is None
