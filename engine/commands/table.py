"""The one table of commands: what `/help` shows, what the parser knows, what permission each needs."""

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.build import STAGES, BuildState
from engine.domain.permission import Role
from engine.reasons import Reason

#: The stages of a build that write into its log, as people name them.
LOGGED_STAGES: tuple[str, ...] = tuple(
    state.value for state in STAGES if state is not BuildState.QUEUED and not state.terminal
)


class Verb(StrEnum):
    """What a command asks for."""

    PREVIEW = "preview"
    PREVIEW_STOP = "preview stop"
    PREVIEW_RESTART = "preview restart"
    CANCEL = "cancel"
    RETRY = "retry"
    LOGS = "logs"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True)
class Argument:
    """A word behind a command's own. It may be left out, and with it those that come after it."""

    name: str
    #: The words that it may be, in lower case; empty: any, taken as it is written.
    choices: tuple[str, ...] = ()
    #: What is said of a word that is none of them.
    otherwise: Reason = Reason.BAD_ARGUMENTS


@dataclass(frozen=True)
class Entry:
    """One command. Its words are taken literally; then come its arguments."""

    verb: Verb
    words: tuple[str, ...]
    #: The role on the repository that it needs.
    role: Role
    #: One line for people.
    help: str
    #: Other ways to write it.
    aliases: tuple[tuple[str, ...], ...] = ()
    arguments: tuple[Argument, ...] = ()

    @property
    def usage(self) -> str:
        """How it is written in a comment, such as `/logs [stage]`."""
        return " ".join([f"/{' '.join(self.words)}", *(f"[{argument.name}]" for argument in self.arguments)])

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
    ),
    Entry(
        Verb.PREVIEW_STOP,
        words=("preview", "stop"),
        role=Role.WRITE,
        help="Ends the preview. `/preview` starts it again.",
    ),
    Entry(
        Verb.PREVIEW_RESTART,
        words=("preview", "restart"),
        role=Role.WRITE,
        help="Builds the head commit again, also when it is ready.",
    ),
    Entry(
        Verb.CANCEL,
        words=("cancel",),
        role=Role.WRITE,
        help="Ends the build that is under way, and says when nothing of it is left.",
    ),
    Entry(
        Verb.RETRY,
        words=("retry",),
        role=Role.WRITE,
        help="Builds the head commit again after it failed or was cancelled.",
    ),
    Entry(
        Verb.LOGS,
        words=("logs",),
        arguments=(Argument("stage", LOGGED_STAGES, Reason.NO_SUCH_STAGE),),
        role=Role.READ,
        help=f"Shows the end of the newest build's log, or of one stage: {', '.join(LOGGED_STAGES)}.",
    ),
    Entry(
        Verb.STATUS,
        words=("status",),
        role=Role.READ,
        help="Says where the preview stands, and why.",
    ),
    Entry(
        Verb.HELP,
        words=("help",),
        role=Role.READ,
        help="Shows these commands.",
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
    return f"`{entry.usage}`{also}"
