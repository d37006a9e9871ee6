"""A fix: what a button writes into the repository, offered by facts and made of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.errors import SlipwayError
from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.inspected import FixOffer


class NotFixable(SlipwayError):
    """The fix can't be made of these files after all; the sentence says why and what to do."""


@dataclass(frozen=True)
class Change:
    """A file as it is to be, whole."""

    #: Relative to the repository.
    path: str
    content: bytes


class Workshop(Protocol):
    """Where a fix runs a package manager: a sandbox, never this machine."""

    def run(self, argv: Sequence[str], files: Mapping[str, bytes], wanted: str) -> bytes:
        """The bytes of the file `wanted` after `argv` ran in a folder of these files.

        Raises NotFixable when it ends badly or leaves no such file, Unreachable.
        """
        ...


@dataclass(frozen=True)
class Fix:
    """One file of `engine/readiness/fixes/` defines one of these, named FIX."""

    #: Kebab case, at most 16 characters: it stands in commands, buttons and addresses.
    name: str
    #: What its button says, at most 20 characters.
    label: str
    #: What it does, at most 40 characters: beside the button, and the commit's first line.
    title: str
    #: The rules that it mends.
    rules: tuple[str, ...]
    #: Pure: what it would write here, in one sentence and with its paths; None: nothing.
    plan: Callable[[Facts], "Planned | None"]
    #: Raises NotFixable, Unreachable.
    make: Callable[[Facts, Workshop], tuple[Change, ...]]
    #: What to do where Slipway may not write and a patch would be too long: one sentence, Markdown.
    by_hand: str = "Make the change by hand."

    def offer(self, facts: Facts, findings: Sequence[Finding]) -> FixOffer | None:
        """What is stored with an inspection, when a finding names this fix and it can be made. Pure."""
        mended = {finding.rule for finding in findings if finding.fix == self.name}
        planned = self.plan(facts) if mended else None
        if planned is None:
            return None
        return FixOffer(self.name, self.label, planned.sentence, planned.paths, tuple(sorted(mended)))


@dataclass(frozen=True)
class Planned:
    """What a fix would write, for people."""

    sentence: str
    paths: tuple[str, ...]
