"""JavaScript as words."""

import pytest

from engine.detect.routes.javascript import arguments, words


def values(source: str) -> list[str]:
    """The words as they stand."""
    return [each.value for each in words(source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a.b('c')", ["a", ".", "b", "(", "c", ")"]),
        ("a // b 'c\nd", ["a", "d"]),
        ("a /* 'b */ c", ["a", "c"]),
        ("'it\\'s' x", ["it's", "x"]),
        ("x = /[/'\"]+/g; y", ["x", "=", "/[/'\"]+/g", ";", "y"]),
        ("a / b / c", ["a", "/", "b", "/", "c"]),
        ("<p>Don't</p>\nx('y')", ["<", "p", ">", "Don", "'", "t", "<", "/", "p", ">", "x", "(", "y", ")"]),
        ("`a ${b('`')} c` d", ["a ${b('`')} c", "(", "b", "(", "`", ")", ")", "d"]),
        ("`a \\${b} c`", ["a \\${b} c"]),
        ("`unended", ["unended"]),
        ("/* unended", []),
        ("a?.b ?? c => d", ["a", "?.", "b", "??", "c", "=>", "d"]),
    ],
)
def test_words(source: str, found: list[str]) -> None:
    assert values(source) == found


def test_lines_are_those_of_the_file() -> None:
    source = "a\n/* b\nc */ d `e\nf ${\ng}` h"
    assert [(each.value, each.line) for each in words(source) if each.kind == "name"] == [
        ("a", 1),
        ("d", 3),
        ("g", 5),
        ("h", 5),
    ]


def test_arguments_are_split_where_they_end() -> None:
    found = words("f(a, {b: [1, 2], c}, (x, y) => g(x, y), `${h(1, 2)}`)")
    assert len(arguments(found, 1)) == 4


@pytest.mark.parametrize("source", ["(" * 50_000, "`${" * 3_000, "/" * 50_000, "'" * 50_000, "/[" * 20_000])
def test_hostile_sources_are_read_to_their_end(source: str) -> None:
    assert words(f"x {source}")[0].value == "x"
