"""`readiness` of `slipway.yml`: when pull requests are looked at, and what is waived, by whom, until when."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from engine.readiness.waiver import Waiver

RULE = re.compile(r"(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)*")
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?")


def _day(value: object) -> object:
    """YAML reads a day as a date; a quoted one counts the same."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a day. Write it like 2027-01-31.") from None
    if type(value) is not date:
        raise ValueError("write the last day on which it holds, like 2027-01-31.")
    return value


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _rule(word: str) -> str:
    if not RULE.fullmatch(word):
        raise ValueError(f"{word!r} is no rule's name. Write it as the report does, like debug-off.")
    return word


def _login(word: str) -> str:
    if not LOGIN.fullmatch(word):
        raise ValueError(f"{word!r} is no login at GitHub. Name one person who answers for it, without the @.")
    return word


def _words(text: str) -> str:
    """YAML can write half a character, which no page, no database and no UTF-8 takes."""
    if not text.isprintable():
        raise ValueError("it holds characters that can't be shown. Write it in one line of plain words.")
    return text


#: What stands on pages and in comments.
Words = Annotated[str, AfterValidator(_words)]


class WaiverFile(BaseModel):
    """One waiver; all but `path` and `id` must be there."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    rule: Annotated[str, AfterValidator(_rule)]
    owner: Annotated[str, AfterValidator(_login)]
    until: Annotated[date, BeforeValidator(_day)]
    reason: Annotated[Words, Field(min_length=3, max_length=300)]
    path: Annotated[Words, Field(max_length=300)] = ""
    id: Annotated[Words, Field(max_length=100)] = ""


class ReadinessFile(BaseModel):
    """The section; each key may be left out."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    #: `asked`: once somebody asked, and from then on with each push of that pull request; `always`: with each build.
    when: Literal["asked", "always"] = "asked"
    waivers: Annotated[tuple[WaiverFile, ...], BeforeValidator(_listed)] = ()


def waivers_of(file: ReadinessFile) -> tuple[Waiver, ...]:
    """The waivers, in the file's order."""
    return tuple(Waiver(**each.model_dump()) for each in file.waivers)
