"""Calls and objects in JavaScript sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.detect.routes.javascript import Word, arguments, words
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.javascript_source import javascript_sources


@dataclass(frozen=True)
class NodeScript:
    """One source as words."""

    #: In the repository.
    path: str
    words: tuple[Word, ...]

    def calls(self, *names: str) -> Iterator[tuple[Word, list[tuple[Word, ...]]]]:
        """The last word of what is called, and the arguments, for calls of `name(…)` and `x.name(…)`."""
        for at in range(len(self.words) - 1):
            if self.words[at].is_name(*names) and self.words[at + 1].is_sign("(") and not self._defines(at):
                yield self.words[at], arguments(self.words, at + 1)

    def imports(self, package: str) -> frozenset[str]:
        """The names that a package, or parts of it, have here."""
        found: set[str] = set()
        for at, word in enumerate(self.words):
            if word.kind == "text" and word.value == package:
                found |= self._names_before(at)
        return frozenset(found)

    def text_of(self, value: tuple[Word, ...]) -> str | None:
        """The text that an argument is, written there or given once to its name in this file."""
        if len(value) != 1:
            return None
        if value[0].kind == "text":
            return value[0].value
        return self._given(value[0].value) if value[0].kind == "name" else None

    def _given(self, name: str) -> str | None:
        found = []
        for at in range(len(self.words) - 2):
            if self.words[at].is_name(name) and self.words[at + 1].is_sign("="):
                behind = self.words[at + 3] if at + 3 < len(self.words) else None
                plain = self.words[at + 2].kind == "text" and not (behind and behind.value in ("+", ".", "||", "??"))
                found.append(self.words[at + 2].value if plain else None)
        return found[0] if len(found) == 1 else None

    def _defines(self, at: int) -> bool:
        return at > 0 and self.words[at - 1].is_name("function")

    def _names_before(self, at: int) -> set[str]:
        """`const a = require("p")`, `import a, { b as c } from "p"`."""
        start = at - 1
        while start >= 0 and at - start < 60 and not self.words[start].is_name("const", "let", "var", "import"):
            start -= 1
        between = self.words[start + 1 : at] if start >= 0 else ()
        if between and not between[-1].is_name("from") and [each.value for each in between[-2:]] != ["require", "("]:
            return set()
        return {each.value for each in between if each.kind == "name"} - {"require", "from", "as", "type"}


def node_scripts(facts: Facts, *texts: str) -> Iterator[NodeScript]:
    """The application's sources in which one of `texts` stands."""
    for source in javascript_sources(application(facts), *texts):
        yield NodeScript(in_repository(facts, source.path), words(source.text))


def entries(value: tuple[Word, ...]) -> dict[str, tuple[Word, ...]]:
    """The keys of an object that is written there, with their values; a shorthand is its own value."""
    if not value or not value[0].is_sign("{"):
        return {}
    found: dict[str, tuple[Word, ...]] = {}
    for part in arguments(value, 0):
        if len(part) > 2 and part[1].is_sign(":"):
            found[part[0].value] = part[2:]
        elif len(part) == 1:
            found[part[0].value] = part
    return found


def spreads(value: tuple[Word, ...]) -> bool:
    """True when an object takes over another's entries, so that it isn't known what it lacks."""
    return any(part[0].is_sign("...") for part in arguments(value, 0)) if value and value[0].is_sign("{") else True


def fallback(value: tuple[Word, ...]) -> str | None:
    """The literal behind `process.env.X ||`; None when there is none."""
    said = [each.value for each in value]
    if said[:3] == ["process", ".", "env"] and len(value) == 7 and said[5] in ("||", "??") and value[6].kind == "text":
        return value[6].value
    return None
