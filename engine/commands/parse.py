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
LINE = re.compile(r"/(?P<name>[^\s/]+)(?P<rest>(?:[ \t].*)?)")


@dataclass(frozen=True)
class Command:
    """A command of the table, other than help."""

    entry: Entry


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
    words = [found["name"].lower(), *re.split(r"[ \t]+", found["rest"].lower())[1:]]
    names = [PREFIX, *(entry.words[0] for entry in TABLE)]
    if words[0] == PREFIX:
        return _named(words[1:], line) if words[1:] else Help()
    if words[0] in names:
        return _named(words, line)
    near = nearest(words[0], names)
    if near and words[0] not in OTHERS:
        return Mistake(Reason.UNKNOWN_COMMAND, _shown(line), _meant([near, *words[1:]]))
    return NotACommand()


def _named(words: list[str], line: str) -> Parsed:
    """The command of these words, which are surely addressed to us."""
    for entry in TABLE:
        if tuple(words) in entry.spellings:
            return Help() if entry.verb is Verb.HELP else Command(entry)
    known = words[0] in {entry.words[0] for entry in TABLE}
    return Mistake(Reason.BAD_ARGUMENTS if known else Reason.UNKNOWN_COMMAND, _shown(line), _meant(words))


def _shown(line: str) -> str:
    """The line without the mark for code and comments that it held."""
    return line.replace(GONE, "…")


def _meant(words: list[str]) -> str:
    """The nearest spelling of the table, else the command of that name, with its slash; empty when nothing is near."""
    if words == [PREFIX]:
        return f"/{PREFIX}"
    words = words[1:] if words[0] == PREFIX else words
    spellings = [" ".join(each) for entry in TABLE for each in entry.spellings]
    near = nearest(" ".join(words), spellings) or nearest(words[0], [entry.words[0] for entry in TABLE])
    return f"/{near}" if near else ""
