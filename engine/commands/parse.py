"""From the text of a comment to what it asks. Strict: what isn't exactly a command runs nothing."""

import re
from dataclasses import dataclass

from engine.commands.lines import own_lines
from engine.commands.nearness import nearest
from engine.commands.spans import GONE
from engine.commands.table import OTHERS, PREFIX, TABLE, Entry, Verb
from engine.commands.wording import fitted, meant, spelt
from engine.reasons import Reason

#: GitHub's own limit for a comment, in characters.
LONGEST_COMMENT = 65_536
#: No command is longer; what is, was not meant as one.
LONGEST_LINE = 200
#: Whatever stands behind these may hold a value: it is neither repeated nor kept.
SECRETIVE = re.compile(r"/(?:slipway[ \t]+)?env(?:[ \t]+\w+)?(?=[ \t])", re.IGNORECASE)
#: A value that somebody typed behind whatever they took for a command.
ASSIGNED = re.compile(r"(?P<name>\s[A-Za-z_]\w*=)\S.*", re.DOTALL)
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
        return Mistake(Reason.UNKNOWN_COMMAND, shown(line), _meant([near, *words[1:]]))
    return NotACommand()


def _named(words: list[str], line: str) -> Parsed:
    """The command of these words, which are surely addressed to us."""
    found = spelt(words, TABLE)
    if found is None:
        return Mistake(Reason.UNKNOWN_COMMAND, shown(line), _meant(words))
    entry, rest = found
    told = fitted(entry, rest)
    if isinstance(told, Reason):
        return Mistake(told, shown(line), _meant(words))
    return Help() if entry.verb is Verb.HELP else Command(entry, told.given, told.flags, shown(told.text))


def shown(line: str) -> str:
    """The line without the mark for code and comments that it held, and without a value that somebody typed."""
    secretive = SECRETIVE.match(line)
    if secretive:
        return f"{secretive[0].rstrip()} …"
    return ASSIGNED.sub(r"\g<name>…", line.replace(GONE, "…"))


def _meant(words: list[str]) -> str:
    """What these words were probably meant to be, with its slash; empty when nothing is near."""
    if [word.lower() for word in words] == [PREFIX]:
        return f"/{PREFIX}"
    near = meant(words[1:] if words[0].lower() == PREFIX else words, TABLE)
    return f"/{near}" if near else ""
