"""Settings files that are written to take for ever."""

import pytest

from engine.detect.toml_text import NotToml, read_toml
from engine.readiness.sources.settings_file import settings_of


def test_what_people_write_is_read() -> None:
    assert read_toml('[tool.a.b]\nc.d = "1.2.3 ' + "." * 100 + '"\n') == {
        "tool": {"a": {"b": {"c": {"d": "1.2.3 " + "." * 100}}}}
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = 1\nb" + ".b" * 60_000 + " = 1\n", "at line 2"),
        ("[" + '"b" . ' * 60_000 + "b]\n", "at line 1"),
        ("a = {" + "b." * 60_000 + "b = 1}\n", "at line 1"),
        ("a = " + "[" * 60_000, "too deeply"),
        ("a = " + "9" * 60_000, "digits"),
        ("a = \n", "at line 1"),
    ],
    ids=range(6),
)
def test_anything_else_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(NotToml, match=why):
        read_toml(text)


def test_an_alias_can_say_no_more_than_a_file_could() -> None:
    assert settings_of("docker-compose.yml", "x: &a {b: 1}\ny: *a\nz:\n  <<: *a\n") == {
        "x": {"b": 1},
        "y": {"b": 1},
        "z": {"b": 1},
    }
    bomb = "a0: &a0 [xxxxxxxx]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    for text in (bomb, "a: &a [*a]\n", "a: &a\n  <<: *a\n", f"- {'x' * 70_000}\n"):
        assert settings_of("docker-compose.yml", text) is None
