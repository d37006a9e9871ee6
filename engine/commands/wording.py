"""How words become a command of a table: which one they spell, its arguments, and what was meant where they don't."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.commands.form import Form
from engine.commands.nearness import nearest
from engine.reasons import Reason

FLAG = re.compile(r"--[a-zA-Z]")

AnyForm = TypeVar("AnyForm", bound=Form)


@dataclass(frozen=True)
class Fitted:
    """The words behind a command, each in its place."""

    given: tuple[str, ...]
    flags: frozenset[str]
    #: The free text at the end.
    text: str


def spelt(words: Sequence[str], forms: Sequence[AnyForm]) -> tuple[AnyForm, list[str]] | None:
    """The command whose spelling most of the words are, and the words behind it."""
    small = tuple(word.lower() for word in words)
    fitting = [
        (len(spelling), form) for form in forms for spelling in form.spellings if small[: len(spelling)] == spelling
    ]
    if not fitting:
        return None
    length, form = max(fitting, key=lambda each: each[0])
    return form, list(words[length:])


def fitted(form: Form, words: Sequence[str]) -> Fitted | Reason:
    """The words as the command takes them, or what is wrong with them."""
    flags = frozenset(word.lower() for word in words if FLAG.match(word))
    given, text = _assigned(form, [word for word in words if not FLAG.match(word)])
    if isinstance(given, Reason):
        return Reason.BAD_ARGUMENTS if flags else given
    if not flags <= {*form.flags}:
        return Reason.BAD_ARGUMENTS
    if len(given) < form.least:
        return form.arguments[len(given)].otherwise
    return Fitted(given, flags, text)


def meant(words: Sequence[str], forms: Sequence[Form]) -> str:
    """The nearest spelling of these commands, else the command of that name; empty when nothing is near."""
    small = [word.lower() for word in words]
    known = _spellings(forms)
    return nearest(" ".join(small), known) or nearest(small[0], [name for name in known if " " not in name])


def _assigned(form: Form, words: list[str]) -> tuple[tuple[str, ...] | Reason, str]:
    """The words for the arguments, in the arguments' order, and the free text behind them; or what is wrong."""
    given: list[str] = []
    left = list(form.arguments)
    for at, word in enumerate(words):
        place = next((place for place, argument in enumerate(left) if argument.read(word)), None)
        if place is not None:
            given.append(left[place].read(word))
            left = left[place + 1 :]
        elif form.text:
            return tuple(given), " ".join(words[at:])
        else:
            return (left[0].otherwise if left else Reason.BAD_ARGUMENTS), ""
    return tuple(given), ""


def _spellings(forms: Sequence[Form]) -> list[str]:
    """Every way to write a command, with each known word for its first argument."""
    spellings = []
    for form in forms:
        spellings += [" ".join(each) for each in form.spellings]
        choices = form.arguments[0].choices if form.arguments else ()
        spellings += [" ".join([*form.words, choice]) for choice in choices]
    return spellings
