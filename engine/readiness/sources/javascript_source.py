"""JavaScript and TypeScript sources of the application, with comments and strings taken out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.detect.tree import FileTree
from engine.readiness.sources.application import NODE_MANIFESTS, application_texts, line_at, text_of

ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx")
#: A comment, a string (one line), a template, or a regular expression where one can stand.
NOT_CODE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<template>`(?:\\.|[^`\\])*(?:`|\Z))
    |(?P<regex>(?<=[(,=:\[!&|?{};+])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/)
    """,
    re.DOTALL | re.VERBOSE,
)
#: Longer lines are written by a bundler.
LINE_LENGTH = 2000


@dataclass(frozen=True)
class JavaScriptSource:
    """One file. A place in `code` and `uncommented` is the same place in `text`."""

    #: Relative to the application's folder.
    path: str
    text: str

    @cached_property
    def code(self) -> str:
        """The text, blank where comments and the insides of strings stand."""
        return NOT_CODE.sub(_inside_blank, self.text)

    @cached_property
    def uncommented(self) -> str:
        """The text, blank where comments stand."""
        return NOT_CODE.sub(lambda found: _blank(found[0]) if found["comment"] else found[0], self.text)

    def line(self, offset: int) -> int:
        """The line (from 1) of a place."""
        return line_at(self.text, offset)


def javascript_sources(tree: FileTree, *words: str) -> Iterator[JavaScriptSource]:
    """The application's sources in which one of `words` stands; what a bundler wrote is left out."""
    for path, text in application_texts(tree, ENDINGS, NODE_MANIFESTS):
        if any(word in text for word in words) and not _is_bundle(text):
            yield JavaScriptSource(path, text)


def javascript_source(tree: FileTree, path: str) -> JavaScriptSource | None:
    """One file; None when it isn't there."""
    text = text_of(tree, path)
    return None if text is None else JavaScriptSource(path, text)


def _is_bundle(text: str) -> bool:
    return any(len(line) > LINE_LENGTH for line in text.splitlines())


def _inside_blank(found: re.Match[str]) -> str:
    whole = found[0]
    if found["comment"] or found["regex"]:
        return _blank(whole)
    return whole[0] + _blank(whole[1:-1]) + whole[-1] if len(whole) > 1 else whole


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
