"""Whether what a visitor sends is in an argument of JavaScript: then a risky call is sure, not only possible."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: What holds a visitor's words in Express, Fastify and Koa.
VISITOR = re.compile(r"\b(?:req|request|ctx|ctx\.request)\.(?:query|body|params|headers|cookies|files?)\b")
#: A name, or names taken out of an object, and the beginning of what they stand for.
NAMED = re.compile(
    r"\b(?:const|let|var)\s+(?:\{(?P<several>[^{}]{0,300})\}|(?P<one>[\w$]+))\s*=\s*(?P<value>[^;\n]{0,300})"
)
#: What comes out of these can't be anything that a visitor chooses freely.
HARMLESS = re.compile(r"\b(?:Number|parseInt|parseFloat|Boolean|basename|escape|escapeId|encodeURIComponent)\(")
#: A name by itself, neither a text nor a part of something.
WORD = re.compile(r"(?<![\w.'\"])[A-Za-z_$][\w$]*")


@dataclass(frozen=True)
class Visitors:
    """The names of one file."""

    #: Those that stand for a visitor's words.
    said: frozenset[str]
    #: What each name stands for, where it is given first.
    values: Mapping[str, str]

    def written_out(self, given: str) -> str:
        """What an argument stands for that is a name alone."""
        return self.values.get(given, given)

    def reach(self, given: str) -> bool:
        """True when an argument holds a visitor's words, by themselves or by one of their names."""
        if HARMLESS.search(given):
            return False
        return VISITOR.search(given) is not None or any(word in self.said for word in WORD.findall(given))


def visitors_of(text: str) -> Visitors:
    """The names that a file gives."""
    said: set[str] = set()
    values: dict[str, str] = {}
    for found in NAMED.finditer(text):
        if found["one"]:
            values.setdefault(found["one"], found["value"])
        if VISITOR.search(found["value"]) and not HARMLESS.search(found["value"]):
            several = found["several"].split(",") if found["several"] else [found["one"]]
            said |= {each.partition("=")[0].rpartition(":")[2].strip() for each in several if each}
    return Visitors(frozenset(said - {""}), values)
