"""Which pull requests get a preview by themselves, as people write it in `slipway.yml`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

#: Names in one list, and characters of one; GitHub's own limits are lower.
MOST_NAMES = 50
LONGEST_NAME = 100


@dataclass(frozen=True)
class StartRules:
    """Who may have a preview without asking for it; `/preview` by a person overrides all of it."""

    #: True: drafts too.
    drafts: bool = True
    #: True: every bot's; else those of these logins, in lower case and without `[bot]`.
    bots: bool | tuple[str, ...] = False
    #: One of these labels must be there; empty: none need be.
    require: tuple[str, ...] = ()
    #: None of these labels may be there.
    prevent: tuple[str, ...] = ()

    def admit_bot(self, login: str) -> bool:
        """True when pull requests of this bot are built by themselves."""
        return self.bots if isinstance(self.bots, bool) else bot_name(login) in self.bots

    def prevented_by(self, labels: Sequence[str]) -> bool:
        """True when a label forbids new builds; labels are the same in any case, as at GitHub."""
        return _any_of(self.prevent, labels)

    def lacking(self, labels: Sequence[str]) -> bool:
        """True when a label has to be there and isn't."""
        return bool(self.require) and not _any_of(self.require, labels)

    @property
    def about_labels(self) -> bool:
        """True when labels decide anything."""
        return bool(self.require or self.prevent)


#: The rules of a project that has none of its own.
USUAL = StartRules()


def bot_name(login: str) -> str:
    """A bot's login as people may write it: `dependabot` is `dependabot[bot]`."""
    return login.strip().lower().removesuffix("[bot]")


def _any_of(wanted: Sequence[str], labels: Sequence[str]) -> bool:
    return not {each.casefold() for each in wanted}.isdisjoint(label.casefold() for label in labels)


def names_of(value: object) -> tuple[str, ...]:
    """A list of names. Raises ValueError with one sentence."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ValueError("write a list of names here, such as [one, two].")
    if len(value) > MOST_NAMES or any(len(each) > LONGEST_NAME for each in value):
        raise ValueError(f"at most {MOST_NAMES} names of at most {LONGEST_NAME} characters are read here.")
    return tuple(each.strip() for each in value)


def bots_of(value: object) -> bool | tuple[str, ...]:
    """`true`, `false`, or the logins of bots. Raises ValueError with one sentence."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, list):
        raise ValueError("write true, false or a list of bots' logins here, such as [dependabot].")
    return tuple(bot_name(each) for each in names_of(value))


Names = Annotated[tuple[str, ...], BeforeValidator(names_of)]
Bots = Annotated[bool | tuple[str, ...], BeforeValidator(bots_of)]
