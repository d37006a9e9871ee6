"""Reads of environment variables in JavaScript and TypeScript: process.env and import.meta.env."""

from collections.abc import Iterator
from functools import lru_cache

from engine.detect.routes.javascript import Word, arguments, closing, opening, words
from engine.readiness.sources.environment_read import Read

#: What Vite itself says of a build; not variables.
OF_THE_BUILD = ("MODE", "DEV", "PROD", "SSR", "BASE_URL")
#: What stands before and behind a read that is only asked about.
ASKED_BEFORE = ("!", "===", "!==", "==", "!=")
ASKED_BEHIND = ("===", "!==", "==", "!=", "?", "&&")


@lru_cache(maxsize=512)
def node_reads(source: str) -> tuple[Read, ...]:
    """Every read of a source."""
    return tuple(_reads(source))


def _reads(source: str) -> Iterator[Read]:
    found = words(source)
    for at in range(len(found)):
        end = _environment(found, at)
        if not end:
            continue
        behind = [each.value for each in found[end : end + 3]]
        match behind:
            case ["." | "?.", _, *_] if found[end + 1].kind == "name":
                yield from _one(found, at, end + 1, end + 2)
            case ["[", _, "]"] if found[end + 1].kind == "text":
                yield from _one(found, at, end + 1, end + 3)
            case _:
                yield from _destructured(found, at)


def _environment(found: tuple[Word, ...], at: int) -> int:
    """Where `process.env` or `import.meta.env` ends that begins here; 0: neither does."""
    values = [each.value for each in found[at : at + 5]]
    match values:
        case ["process", "." | "?.", "env", *_] if found[at].kind == "name":
            return 0 if at and found[at - 1].value in (".", "?.") else at + 3
        case ["import", ".", "meta", ".", "env"]:
            return at + 5
        case _:
            return 0


def _one(found: tuple[Word, ...], start: int, name: int, end: int) -> Iterator[Read]:
    """One variable by its name; what is set or deleted isn't read."""
    before = found[start - 1] if start else None
    behind = found[end] if end < len(found) else None
    if behind and before and before.is_sign("(") and behind.value in (")", ",") and _converted(found, start):
        end = closing(found, start - 1) + 1
        behind = found[end] if end < len(found) else None
    sign = behind.value if behind and behind.kind == "sign" else ""
    if sign == "=" or (before and before.is_name("delete")):
        return
    if found[start].value == "import" and found[name].value in OF_THE_BUILD:
        return
    default = found[end + 1] if sign in ("||", "??") and end + 1 < len(found) else None
    spared = default is not None or sign in ASKED_BEHIND or _asked(found, start, sign)
    literal = default.value if default and default.kind == "text" else ""
    yield Read(found[name].value, found[name].line, spared, literal)


def _converted(found: tuple[Word, ...], start: int) -> bool:
    """`parseInt(x, 10)`, `Number(x)`: what stands behind that stands in for the read."""
    return start > 1 and found[start - 2].is_name("parseInt", "parseFloat", "Number", "String", "BigInt")


def _asked(found: tuple[Word, ...], start: int, sign: str) -> bool:
    """`!x`, `=== x`, `if (x)`, `if (a && x)`."""
    if not start:
        return False
    before = found[start - 1]
    if before.kind == "sign" and before.value in ASKED_BEFORE:
        return True
    return sign == ")" and before.value in ("(", "&&", "||") and _opened_by_if(found, start)


def _opened_by_if(found: tuple[Word, ...], start: int) -> bool:
    depth = 0
    for at in range(start - 1, max(start - 40, 0), -1):
        depth += found[at].is_sign(")") - found[at].is_sign("(")
        if depth < 0:
            return found[at - 1].is_name("if", "Boolean")
    return False


def _destructured(found: tuple[Word, ...], start: int) -> Iterator[Read]:
    """`const { A, B = "x", C: c } = process.env`."""
    if start < 3 or not found[start - 1].is_sign("=") or not found[start - 2].is_sign("}"):
        return
    for part in arguments(found, opening(found, start - 2)):
        values = [each.value for each in part]
        if part[0].kind == "name":
            literal = part[values.index("=") + 1 :] if "=" in values else ()
            text = literal[0].value if len(literal) == 1 and literal[0].kind == "text" else ""
            yield Read(part[0].value, part[0].line, "=" in values, text)
