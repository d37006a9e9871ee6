"""Reads JavaScript and TypeScript into words, without comments: enough to see calls, and never fooled by text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

#: After one of these a slash begins a regular expression, not a division.
BEFORE_PATTERN = frozenset(
    (*"(,=:[!&|?{};+-*%~^", "=>", "==", "===", "!=", "!==", "&&", "||", "??", "return", "typeof", "case")
)
WORD = re.compile(r"[\w$#]+")
SPACE = re.compile(r"\s+|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"", re.DOTALL)
#: Longer ones aren't looked for: that takes too long in sources that are none.
PATTERN = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,400}/\w*")
SIGN = re.compile(r"=>|\?\.(?!\d)|\.\.\.|\?\?=?|\|\|=?|&&=?|[=!]==?|.", re.DOTALL)
#: A template in which something is calculated, and how deep such templates are read in one another.
CALCULATED = re.compile(r"(?<!\\)\$\{")
DEEPEST = 8
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """One word of a source."""

    #: `name` (also keywords and numbers), `text` (its value, without quotes), `template` (one with `${…}`),
    #: `pattern`, `sign`.
    kind: str
    value: str
    line: int

    def is_sign(self, value: str) -> bool:
        """True for this very sign."""
        return self.kind == "sign" and self.value == value

    def is_name(self, *values: str) -> bool:
        """True for one of these names."""
        return self.kind == "name" and self.value in values


@lru_cache(maxsize=512)
def words(source: str) -> tuple[Word, ...]:
    """The words of a source."""
    return tuple(_read(source))


def _read(source: str, depth: int = 0) -> Iterator[Word]:
    at, line, before = 0, 1, ""
    while at < len(source):
        if space := SPACE.match(source, at):
            at, line = space.end(), line + space[0].count("\n")
            continue
        kind, value, end = _next(source, at, before)
        yield Word(kind, value, line)
        if kind == "template" and depth < DEEPEST:
            yield from _calculated(value, line, depth)
        line += source.count("\n", at, end)
        at, before = end, value if kind in ("sign", "name") else "text"


def _next(source: str, at: int, before: str) -> tuple[str, str, int]:
    """Kind, value and end of what begins here."""
    if found := WORD.match(source, at):
        return "name", found[0], found.end()
    if found := QUOTED.match(source, at):
        return "text", ESCAPED.sub(r"\1", found[1] if found[1] is not None else found[2]), found.end()
    if source[at] == "`":
        return _template(source, at)
    if source[at] == "/" and (not before or before in BEFORE_PATTERN) and (found := PATTERN.match(source, at)):
        return "pattern", found[0], found.end()
    found = SIGN.match(source, at)
    value = found[0] if found else source[at]
    return "sign", value, at + len(value)


def _calculated(template: str, line: int, depth: int) -> Iterator[Word]:
    """The words of each `${…}` of a template, in brackets, so that they stay within one argument."""
    at = 0
    while (start := template.find("${", at)) >= 0:
        if start and template[start - 1] == "\\":
            at = start + 2
            continue
        at = _behind_calculated(template, start + 2, depth)
        before = line + template.count("\n", 0, start)
        inner = _read(template[start + 2 : at - 1], depth + 1)
        yield Word("sign", "(", before)
        yield from (Word(each.kind, each.value, before + each.line - 1) for each in inner)
        yield Word("sign", ")", before)


def _template(source: str, at: int, depth: int = 0) -> tuple[str, str, int]:
    """A template: all that is in it, and where it ends."""
    end = at + 1
    while end < len(source) and source[end] != "`":
        if source[end] == "\\":
            end += 2
        elif source.startswith("${", end):
            end = _behind_calculated(source, end + 2, depth)
        else:
            end += 1
    inner = source[at + 1 : end]
    return "template" if CALCULATED.search(inner) else "text", inner, min(end + 1, len(source))


def _behind_calculated(source: str, at: int, depth: int) -> int:
    """Where a `${…}` has ended whose inside begins at `at`."""
    opened = 1
    while at < len(source):
        sign = source[at]
        if found := QUOTED.match(source, at):
            at = found.end()
            continue
        if sign == "`" and depth < DEEPEST:
            at = _template(source, at, depth + 1)[2]
            continue
        opened += (sign == "{") - (sign == "}")
        at += 1
        if not opened:
            return at
    return at


def closing(found: tuple[Word, ...], at: int) -> int:
    """Where what opens at `at` closes again; the end when it doesn't."""
    depth = 0
    for place in range(at, len(found)):
        if found[place].kind == "sign":
            depth += (found[place].value in "([{") - (found[place].value in ")]}")
            if depth == 0:
                return place
    return len(found)


def opening(found: tuple[Word, ...], at: int) -> int:
    """Where the brace that closes at `at` has opened; the beginning when it hasn't."""
    depth = 0
    for place in range(at, -1, -1):
        depth += found[place].is_sign("}") - found[place].is_sign("{")
        if depth == 0:
            return place
    return 0


def arguments(found: tuple[Word, ...], at: int) -> list[tuple[Word, ...]]:
    """The words of each argument of the call (or list, or object) that opens at `at`."""
    end = closing(found, at)
    parts: list[tuple[Word, ...]] = []
    start, place = at + 1, at + 1
    while place < end:
        if found[place].kind == "sign" and found[place].value in "([{":
            place = closing(found, place)
        elif found[place].is_sign(","):
            parts.append(found[start:place])
            start = place + 1
        place += 1
    parts.append(found[start:end])
    return [part for part in parts if part]
