"""A rule: what it looks for, why that matters, how to mend it, and an example of each side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity


@dataclass(frozen=True)
class Hit:
    """One place where a rule is broken."""

    #: One sentence about this very place; what others wrote stands in it as they wrote it.
    message: str
    path: str = ""
    line: int = 0
    #: What makes it the same in another commit, where path alone doesn't; never a line, never a secret.
    key: str = ""
    #: None: the rule's own.
    severity: Severity | None = None
    #: The fix that a button can make here (engine.readiness.fixes); None: the rule's own.
    fix: str | None = None


@dataclass(frozen=True)
class Broken:
    """The rule applies and is broken here."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Kept:
    """The rule applies and is kept."""


@dataclass(frozen=True)
class NotLooked:
    """The rule would apply, but what it needs to know wasn't there: never taken for kept."""

    why: str


@dataclass(frozen=True)
class NotApplicable:
    """There is nothing here that the rule is about."""


Verdict = Broken | Kept | NotLooked | NotApplicable


@dataclass(frozen=True)
class Example:
    """A small case that documents and proves a rule."""

    #: Path → text. A path may be any of the repository.
    files: Mapping[str, str] = field(default_factory=dict)
    #: What else of the facts differs from nothing: `build`, `trial`, `scan`. The plan is detected from the files.
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One file of `engine/readiness/rules/` defines one of these, named RULE."""

    #: Kebab case, at most 32 characters; it stands in waivers and addresses, and never changes.
    id: str
    #: What should be so, in at most 60 characters: "The server listens on $PORT".
    title: str
    severity: Severity
    #: One or two sentences: what goes wrong otherwise.
    why: str
    #: What to do, concretely; Markdown.
    fix: str
    #: The source: a page of the field that says so.
    link: str
    check: Callable[[Facts], Verdict]
    #: Kept in `good`, broken in `bad`.
    good: Example
    bad: Example
    #: The name of the fix that a button can make; empty: none.
    button: str = ""
    #: What the documentation page says beside this: what is looked at exactly, what isn't. Markdown.
    details: str = ""


def broken_by(hits: list[Hit]) -> Broken | Kept:
    """Broken when anything hit it."""
    return Broken(tuple(hits)) if hits else Kept()
