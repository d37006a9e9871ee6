"""The one table of commands: what `/help` shows, what the parser knows, what permission each needs."""

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.permission import Role


class Verb(StrEnum):
    """What a command asks for."""

    PREVIEW = "preview"
    PREVIEW_STOP = "preview stop"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True)
class Entry:
    """One command. Its first word is its name, the rest are its arguments, taken literally."""

    verb: Verb
    words: tuple[str, ...]
    #: Other ways to write it.
    aliases: tuple[tuple[str, ...], ...]
    #: The role on the repository that it needs.
    role: Role
    #: One line for people.
    help: str
    #: How it is written in a comment.
    example: str

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Every way to write it, its own first."""
        return (self.words, *self.aliases)


TABLE: tuple[Entry, ...] = (
    Entry(
        Verb.PREVIEW,
        words=("preview",),
        aliases=(("preview", "start"),),
        role=Role.WRITE,
        help="Builds this pull request's head commit and puts it on the pull request's link; "
        "answers with the link when it is there already.",
        example="/preview",
    ),
    Entry(
        Verb.PREVIEW_STOP,
        words=("preview", "stop"),
        aliases=(),
        role=Role.WRITE,
        help="Ends the preview. `/preview` starts it again.",
        example="/preview stop",
    ),
    Entry(
        Verb.STATUS,
        words=("status",),
        aliases=(),
        role=Role.READ,
        help="Says where the preview stands, and why.",
        example="/status",
    ),
    Entry(
        Verb.HELP,
        words=("help",),
        aliases=(),
        role=Role.READ,
        help="Shows these commands.",
        example="/help",
    ),
)

#: `/slipway preview` is the same as `/preview`, for repositories where another bot listens to the short one.
PREFIX = "slipway"

#: Commands of other bots that look like ours mistyped: they are none of our business.
OTHERS = frozenset({"review", "reviews", "reviewed"})


def entry_of(verb: Verb) -> Entry:
    """The table's entry of a verb."""
    return next(entry for entry in TABLE if entry.verb is verb)


def help_text() -> str:
    """The commands as a Markdown table, made from the table above."""
    rows = [f"| {_written(entry)} | {entry.role.name.lower()} | {entry.help} |" for entry in TABLE]
    return "\n".join(["| command | needs | does |", "|---|---|---|", *rows])


def _written(entry: Entry) -> str:
    also = "".join(f", `/{' '.join(words)}`" for words in entry.aliases)
    return f"`{entry.example}`{also}"
