"""How a command is written: its own words, what may stand behind them, and the role that it needs."""

import re
from dataclasses import dataclass

from engine.domain.permission import Role
from engine.reasons import Reason


@dataclass(frozen=True)
class Argument:
    """A word behind a command's own. It may be left out; the next word is then taken for the argument after it."""

    name: str
    #: The words that it may be, in lower case; empty: any that `shape` allows, taken as it is written.
    choices: tuple[str, ...] = ()
    #: What is said of a word that is none of them.
    otherwise: Reason = Reason.BAD_ARGUMENTS
    shape: re.Pattern[str] | None = None

    def read(self, word: str) -> str:
        """The word as the argument has it; empty when it can't be this argument."""
        if self.choices:
            return word.lower() if word.lower() in self.choices else ""
        return word if self.shape is None or self.shape.fullmatch(word) else ""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a command is written. Its words are taken literally; then come its arguments, then free text; flags stand
    anywhere.
    """

    words: tuple[str, ...]
    #: The role on the repository that it needs.
    role: Role
    #: One line for people.
    help: str
    #: Other ways to write it.
    aliases: tuple[tuple[str, ...], ...] = ()
    arguments: tuple[Argument, ...] = ()
    #: How many of the arguments must be there.
    least: int = 0
    #: Such as `--plan`.
    flags: tuple[str, ...] = ()
    #: What the free text at its end is called; empty: it takes none.
    text: str = ""

    @property
    def usage(self) -> str:
        """How it is written in a comment, such as `/logs [stage]`."""
        return " ".join([f"/{' '.join(self.words)}", *self.optional])

    @property
    def optional(self) -> tuple[str, ...]:
        """What may stand behind its words, each in brackets."""
        names = [*(argument.name for argument in self.arguments), *self.flags, *([self.text] if self.text else [])]
        return tuple(f"[{each}]" for each in names)

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Every way to write it, its own first."""
        return (self.words, *self.aliases)
