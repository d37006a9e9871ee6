"""From the text of a comment to what it asks. Strict: what isn't exactly a command runs nothing."""

import re
from dataclasses import dataclass

from engine.commands.lines import own_lines
from engine.commands.nearness import nearest
from engine.commands.spans import GONE
from engine.commands.table import OTHERS, PREFIX, TABLE, Entry, Verb
from engine.reasons import Reason

#: GitHub's own limit for a comment, in characters.
LONGEST_COMMENT = 65_536
#: No command is longer; what is, was not meant as one.
LONGEST_LINE = 200
#: Whatever stands behind these may hold a value: it is neither repeated nor kept.
SECRETIVE = re.compile(r"/(?:slipway[ \t]+)?env(?:[ \t]+\w+)?(?=[ \t])", re.IGNORECASE)
FLAG = re.compile(r"--[a-zA-Z]")
LINE = re.compile(r"/(?P<name>[^\s/]+)(?P<rest>(?:[ \t].*)?)")


@dataclass(frozen=True)
class Command:
    """A command of the table, other than help."""

    entry: Entry
    #: The words for its arguments, as many as were given.
    given: tuple[str, ...] = ()
    #: Such as `--plan`.
    flags: frozenset[str] = frozenset()
    #: The free text at its end; foreign text.
    text: str = ""


@dataclass(frozen=True)
class Help:
    """Somebody wants to see the commands."""


@dataclass(frozen=True)
class Mistake:
    """It begins like a command of ours and isn't one."""

    reason: Reason
    #: What was written, shortened; foreign text.
    written: str
    #: What was probably meant, such as `/preview stop`; empty when nothing is near.
    meant: str


@dataclass(frozen=True)
class NotACommand:
    """Text that asks nothing of us: no reply."""


Parsed = Command | Help | Mistake | NotACommand


def parse(comment: str) -> Parsed:
    """What a comment asks; the first line that is meant for us counts."""
    if len(comment) > LONGEST_COMMENT or "/" not in comment:
        return NotACommand()
    for line in own_lines(comment):
        parsed = _parse_line(line.rstrip())
        if not isinstance(parsed, NotACommand):
            return parsed
    return NotACommand()


def _parse_line(line: str) -> Parsed:
    found = LINE.fullmatch(line)
    if found is None or len(line) > LONGEST_LINE:
        return NotACommand()
    words = [found["name"], *re.split(r"[ \t]+", found["rest"])[1:]]
    name = words[0].lower()
    names = [PREFIX, *(entry.words[0] for entry in TABLE)]
    if name == PREFIX:
        return _named(words[1:], line) if words[1:] else Help()
    if name in names:
        return _named(words, line)
    near = nearest(name, names)
    if near and name not in OTHERS:
        return Mistake(Reason.UNKNOWN_COMMAND, _shown(line), _meant([near, *words[1:]]))
    return NotACommand()


def _named(words: list[str], line: str) -> Parsed:
    """The command of these words, which are surely addressed to us."""
    found = _spelt(words)
    if found is None:
        return Mistake(Reason.UNKNOWN_COMMAND, _shown(line), _meant(words))
    entry, rest = found
    flags = frozenset(word.lower() for word in rest if FLAG.match(word))
    given, text = _assigned(entry, [word for word in rest if not FLAG.match(word)])
    if isinstance(given, Reason) or not flags <= {*entry.flags} or len(given) < entry.least:
        reason = given if isinstance(given, Reason) and not flags else Reason.BAD_ARGUMENTS
        return Mistake(reason, _shown(line), _meant(words))
    return Help() if entry.verb is Verb.HELP else Command(entry, given, flags, _shown(text))


def _spelt(words: list[str]) -> tuple[Entry, list[str]] | None:
    """The command whose spelling most of the words are, and the words behind it."""
    small = tuple(word.lower() for word in words)
    fitting = [
        (len(spelling), entry) for entry in TABLE for spelling in entry.spellings if small[: len(spelling)] == spelling
    ]
    if not fitting:
        return None
    length, entry = max(fitting, key=lambda each: each[0])
    return entry, words[length:]


def _assigned(entry: Entry, words: list[str]) -> tuple[tuple[str, ...] | Reason, str]:
    """The words for the arguments, in the arguments' order, and the free text behind them; or what is wrong."""
    given: list[str] = []
    left = list(entry.arguments)
    for at, word in enumerate(words):
        place = next((place for place, argument in enumerate(left) if argument.read(word)), None)
        if place is not None:
            given.append(left[place].read(word))
            left = left[place + 1 :]
        elif entry.text:
            return tuple(given), " ".join(words[at:])
        else:
            return (left[0].otherwise if left else Reason.BAD_ARGUMENTS), ""
    return tuple(given), ""


def _shown(line: str) -> str:
    """The line without the mark for code and comments that it held, and without a value that somebody typed."""
    secretive = SECRETIVE.match(line)
    return f"{secretive[0].rstrip()} …" if secretive else line.replace(GONE, "…")


def _meant(words: list[str]) -> str:
    """The nearest spelling of the table, else the command of that name, with its slash; empty when nothing is near."""
    words = [word.lower() for word in words]
    if words == [PREFIX]:
        return f"/{PREFIX}"
    words = words[1:] if words[0] == PREFIX else words
    known = _spellings()
    near = nearest(" ".join(words), known) or nearest(words[0], [name for name in known if " " not in name])
    return f"/{near}" if near else ""


def _spellings() -> list[str]:
    """Every way to write a command, with each known word for its first argument."""
    spellings = []
    for entry in TABLE:
        spellings += [" ".join(each) for each in entry.spellings]
        choices = entry.arguments[0].choices if entry.arguments else ()
        spellings += [" ".join([*entry.words, choice]) for choice in choices]
    return spellings
