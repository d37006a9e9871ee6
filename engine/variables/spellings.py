"""How a value may look in a text: itself, its parts, base64 at each alignment, hex; and escapes, taken off. Pure."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

#: Characters that a value must have to be hidden: shorter ones are words that logs are full of.
SHORTEST = 5
#: Characters that a text inside a JSON value must have to be hidden alone, or one that lost its capitals.
SHORTEST_LEAF = 12
#: Layers of escapes that are taken off, such as a URL in a JSON text in a line of JSON.
LAYERS = 3

_CODES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_ESCAPE = re.compile(
    r"(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<units>(?:\\u[0-9A-Fa-f]{4})+)"
    r"|(?P<bytes>(?:\\x[0-9A-Fa-f]{2})+)"
    r"|(?P<octal>(?:\\[0-3][0-7]{2})+)"
    r"|(?P<long>\\U[0-9A-Fa-f]{8})"
    r"|\\(?P<plain>[nrtbfvae]|[^A-Za-z0-9])"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)"
)
_PLAIN_LINE = re.compile(r"^[^%\\&\n]*(?:\n|\Z)", re.MULTILINE)
_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*")


@dataclass(frozen=True)
class Form:
    """One way in which a value is written."""

    text: str
    #: base64 or hex: what stands beside it may be a part of it, and a line may end in its middle.
    encoded: bool = False
    #: It counts only in a text that escapes were taken off.
    unescaped: bool = False


@dataclass(frozen=True)
class Reading:
    """A text as it reads without some escapes, and where each of its characters begins and ends in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    #: Whether escapes were taken off.
    unescaped: bool = False

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of it lies in the original."""
        return self.starts[start], self.ends[end - 1]


def forms_of(value: str) -> Iterator[Form]:
    """Every way in which a value, or a part that tells it, is written out."""
    whole = value.strip("\r\n")
    leaves = _leaves(whole)
    # What stands on a line of its own inside a JSON object is often a word.
    shortest = SHORTEST_LEAF if leaves else SHORTEST
    for part in dict.fromkeys(_parts(whole, leaves)):
        yield Form(part)
        # A value that holds an escape itself loses that with those that it was written in.
        yield from (Form(bare, unescaped=len(bare) < shortest) for bare in _bare(part))
        if len(part) >= SHORTEST_LEAF:
            # Names of hosts lose their capitals on the way.
            yield Form(part.lower())
        data = part.encode("utf-8", "surrogatepass")
        for text in dict.fromkeys((*_base64(data), data.hex(), data.hex().upper())):
            yield Form(text, encoded=True)


def readings_of(text: str, *, spaces: bool) -> Iterator[Reading]:
    """The text, then without one layer of escapes after the other, each also with its lines joined.

    `spaces`: a space may be written as `+`.
    """
    waiting = [(Reading(text, range(len(text)), range(1, len(text) + 1)), LAYERS)]
    while waiting:
        reading, layers = waiting.pop()
        yield reading
        if "\n" in reading.text:
            yield _joined(reading)
        if spaces and "+" in reading.text:
            waiting.append((replace(reading, text=reading.text.replace("+", " ")), layers))
        if layers and _ESCAPE.search(reading.text):
            waiting.append((_unescaped(_escaped_lines(reading)), layers - 1))


def _parts(whole: str, leaves: Sequence[str]) -> Iterator[str]:
    candidates = [whole, *_lines(whole), *_password(whole)]
    yield from (part for part in candidates if len(part) >= SHORTEST)
    for leaf in leaves:
        yield from (line for line in _lines(leaf) if len(line) >= SHORTEST_LEAF)


def _bare(part: str) -> Iterator[str]:
    """The part without its own escapes, one layer after the other, as a text around it is read."""
    for _ in range(LAYERS):
        if not _ESCAPE.search(part):
            return
        part = _ESCAPE.sub(lambda found: "".join(each for each, _ in _meaning(found)), part)
        yield from (each for each in (part, *_lines(part)) if len(each) >= SHORTEST)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _password(value: str) -> list[str]:
    """The password of an address such as `postgres://user:password@host/name`."""
    try:
        found = urlsplit(value).password if "://" in value else None
    except ValueError:
        return []
    return [found, unquote(found)] if found else []


def _leaves(value: str) -> list[str]:
    """The texts inside a JSON object, such as the private key of a service account."""
    if not value.startswith("{"):
        return []
    leaves: list[str] = []
    try:
        waiting = [json.loads(value)]
    except (ValueError, RecursionError):
        return []
    while waiting:
        match waiting.pop():
            case dict() as found:
                waiting += found.values()
            case list() as found:
                waiting += found
            case str() as found:
                leaves.append(found)
            case _:
                pass
    return leaves


def _base64(data: bytes) -> Iterator[str]:
    """What is the same in every text whose base64 holds `data`, however many bytes stand before it."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data).decode()
        # The first characters hold bits of what stands before, the last one of what comes behind.
        core = text[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        yield core
        yield core.translate(str.maketrans("+/", "-_"))


def _joined(reading: Reading) -> Reading:
    """Lines joined: encoders wrap what is long."""
    return _without(reading, _BREAK, lambda found: [])


def _escaped_lines(reading: Reading) -> Reading:
    """The lines with an escape in them: mostly few, and the others have been looked at."""
    return _without(reading, _PLAIN_LINE, lambda found: []) if "\n" in reading.text else reading


def _unescaped(reading: Reading) -> Reading:
    """The text without the outermost escapes."""
    return replace(_without(reading, _ESCAPE, _meaning), unescaped=True)


def _without(
    reading: Reading, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], list[tuple[str, int]]]
) -> Reading:
    """The text with what each match means in its place: characters, each with how many it was written in."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in pattern.finditer(reading.text):
        at = found.start()
        pieces.append(reading.text[done:at])
        starts += reading.starts[done:at]
        ends += reading.ends[done:at]
        for character, width in meaning(found):
            pieces.append(character)
            starts.append(reading.starts[at])
            at += width
            ends.append(reading.ends[at - 1])
        done = found.end()
    pieces.append(reading.text[done:])
    starts += reading.starts[done:]
    ends += reading.ends[done:]
    return replace(reading, text="".join(pieces), starts=starts, ends=ends)


def _meaning(found: re.Match[str]) -> list[tuple[str, int]]:
    """The characters that an escape means, each with how many characters it is written in."""
    text = found[0]
    match found.lastgroup:
        case "percent":
            return _characters(bytes.fromhex(text.replace("%", "")), 3)
        case "bytes":
            return _characters(bytes.fromhex(text.replace("\\x", "")), 4)
        case "octal":
            return _characters(bytes(int(code, 8) for code in text.split("\\")[1:]), 4)
        case "units":
            units = bytes.fromhex(text.replace("\\u", "")).decode("utf-16-be", "surrogatepass")
            return [(each, 12 if ord(each) > 0xFFFF else 6) for each in units]
        case "long":
            return [(chr(min(int(text[2:], 16), 0x10FFFF)), 10)]
        case "plain":
            return [(_CODES.get(text[1], text[1]), 2)]
        case _:
            return [(html.unescape(text), len(text))]


def _characters(data: bytes, width: int) -> list[tuple[str, int]]:
    """Bytes as UTF-8 where they are, else as Latin-1; each byte is written in `width` characters."""
    try:
        return [(each, width * len(each.encode())) for each in data.decode()]
    except UnicodeDecodeError:
        return [(each, width) for each in data.decode("latin-1")]
