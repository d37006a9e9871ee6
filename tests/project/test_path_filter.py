"""Path filters: what fits, and that hostile ones cost little."""

import time

import pytest

from engine.project.path_filter import fits, touches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("web/**", "web/a/b.js", True),
        ("web/**", "website/a.js", False),
        ("web/", "web/a/b.js", True),
        ("web/", "web", False),
        ("web", "web/a", False),
        ("web", "web", True),
        ("*.py", "app.py", True),
        ("*.py", "web/app.py", False),
        ("**/*.py", "app.py", True),
        ("**/*.py", "a/b/app.py", True),
        ("**", "a/b/c", True),
        ("a/*/c", "a/b/c", True),
        ("a/*/c", "a/b/b/c", False),
        ("a/**/c/**/d", "a/c/x/c/y/d", True),
        ("a/**/c/**/d", "a/x/y/d", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("app/[id]/page.tsx", "app/[id]/page.tsx", True),
        ("app/[id]/page.tsx", "app/i/page.tsx", False),
        ("Web/**", "web/a", False),
    ],
)
def test_a_filter_fits_the_paths_it_means(pattern: str, path: str, expected: bool) -> None:
    assert fits(pattern, path) is expected


def test_one_path_that_fits_one_filter_is_enough() -> None:
    assert touches(["docs/", "web/**"], ["README.md", "web/index.html"])
    assert not touches(["docs/", "web/**"], ["README.md"])
    assert not touches(["docs/"], [])


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("*a" * 49 + "b", "a" * 4000), ("**/a/" * 19 + "b", "a/" * 2000 + "c"), ("**/" * 33, "a/" * 2000)],
)
def test_hostile_filters_take_no_time(pattern: str, path: str) -> None:
    start = time.process_time()
    fits(pattern, path)
    assert time.process_time() - start < 5
