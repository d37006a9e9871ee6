"""Redaction: values are hidden in a text however they are written there, in time that is linear in the text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.settings import Secret
from engine.variables.spellings import SHORTEST, Form, Reading, forms_of, readings_of

MARK = "[hidden]"
#: Characters in a row of a longer form that are hidden although the rest of it is missing.
TELLING = 24
#: A form is looked for by windows of SHORTEST characters at this distance, further apart in very long ones.
STRIDE = 16
MOST_WINDOWS = 256

_EDGE = re.compile(r"[A-Za-z0-9+/_-]?=*")
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")


@dataclass(frozen=True)
class _Clue:
    """A window of a form: what is found there may be the form."""

    form: Form
    offset: int
    #: Characters in a row that must fit.
    needed: int


class Redactor:
    """Hides values: raw, escaped for URLs, JSON, HTML and shells, in base64 and hex, in lines, and cut off.

    Values of fewer than SHORTEST characters are left alone (docs/security.md).
    """

    def __init__(self, values: Iterable[Secret], *, base: "Redactor | None" = None) -> None:
        """`base` hides the first of the values already: what it knows of them is used again."""
        self.values: tuple[Secret, ...] = tuple(dict.fromkeys(values))
        self._base = base

    @cached_property
    def _have_spaces(self) -> bool:
        return any(" " in value.reveal() for value in self.values)

    @cached_property
    def _clues(self) -> dict[str, tuple[_Clue, ...]]:
        """What to look for, by its first characters; made when it is needed first."""
        # Let go of: it is needed once, and each would hold on to the one before.
        base, self._base = self._base, None
        found = dict(base._clues) if base else {}
        news = self.values[len(base.values) :] if base else self.values
        for form in dict.fromkeys(form for value in news for form in forms_of(value.reveal())):
            for clue in _clues_of(form):
                window = form.text[clue.offset : clue.offset + SHORTEST]
                found[window] = (*found.get(window, ()), clue)
        return found

    def adding(self, *values: Secret) -> "Redactor":
        """One that hides these too."""
        # Only one that has looked already knows anything, so that there is never a chain of them.
        base = self if "_clues" in self.__dict__ else self._base
        return Redactor((*self.values, *values), base=base)

    def text(self, text: str, *, cut: bool = False) -> str:
        """The text with every value hidden; lines stay lines.

        `cut`: the text is a piece of a longer one, so that it may begin or end with a part of a value.
        """
        if not self.values or len(text) < SHORTEST:
            return text
        readings = readings_of(text, spaces=self._have_spaces)
        found = [reading.place(*span) for reading in readings for span in self._spans(reading, cut=cut)]
        return _hidden(text, found) if found else text

    def lines(self, lines: Sequence[str], before: str = "") -> list[str]:
        """Lines that follow each other, `before` being the one before them: a value may go over their ends."""
        return self.text("\n".join((before, *lines))).split("\n")[1:]

    def stream(self) -> "Stream":
        """For a text that comes in pieces."""
        return Stream(self)

    def _spans(self, reading: Reading, *, cut: bool) -> Iterator[tuple[int, int]]:
        text, clues = reading.text, self._clues
        for at in [at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in clues]:
            for clue in clues[text[at : at + SHORTEST]]:
                if clue.form.unescaped and not reading.unescaped:
                    continue
                span = _match(text, at, clue, cut=cut)
                if span is not None:
                    yield span


class Stream:
    """A text in pieces, told line by line: a value is whole before it is looked for, however the pieces were cut."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._before = ""
        self._open = ""

    def feed(self, piece: str) -> str:
        """What can be told by now: the lines that are whole."""
        self._open += piece
        end = self._open.rfind("\n") + 1
        whole, self._open = self._open[:end], self._open[end:]
        return self._told(whole)

    def rest(self) -> str:
        """The line that never ended."""
        left, self._open = self._open, ""
        return self._told(left)

    def _told(self, text: str) -> str:
        if not text:
            return ""
        lines = text.split("\n")
        told = self._redactor.lines(lines, self._before)
        self._before = lines[-1] or lines[-2]
        return "\n".join(told)


def _clues_of(form: Form) -> Iterator[_Clue]:
    size = len(form.text)
    if size < SHORTEST:
        return
    stride = max(STRIDE, size // MOST_WINDOWS)
    needed = min(size, max(TELLING, stride + SHORTEST))
    last = size - SHORTEST
    offsets = range(0, last + 1, stride) if size > TELLING else (0,)
    for offset in dict.fromkeys((*offsets, last)):
        yield _Clue(form, offset, needed)


def _match(text: str, at: int, clue: _Clue, *, cut: bool) -> tuple[int, int] | None:
    """Where the form stands around its window at `at`; None when too little of it fits."""
    form = clue.form.text
    end = at + _forward(text, at, form, clue.offset)
    start = at - _backward(text, at, form, clue.offset)
    if end - start < clue.needed:
        at_edge = cut and (start == 0 or end == len(text))
        at_line_end = clue.form.encoded and (end == len(text) or text[end] in "\r\n")
        if not at_edge and not at_line_end:
            return None
    if clue.form.encoded:
        # The characters beside it hold its first and last bits.
        start -= bool(start and text[start - 1] in _BASE64)
        edge = _EDGE.match(text, end)
        end = edge.end() if edge else end
    return start, end


def _forward(text: str, at: int, form: str, offset: int) -> int:
    """Characters that both have in common from there on."""
    low, high = SHORTEST, min(len(text) - at, len(form) - offset)
    if text.startswith(form[offset : offset + high], at):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if text.startswith(form[offset : offset + middle], at):
            low = middle
        else:
            high = middle
    return low


def _backward(text: str, at: int, form: str, offset: int) -> int:
    """Characters that both have in common up to there."""
    low, high = 0, min(at, offset)
    if text.endswith(form[offset - high : offset], 0, at):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if text.endswith(form[offset - middle : offset], 0, at):
            low = middle
        else:
            high = middle
    return low


def _hidden(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with a mark for each span; one that goes over a line's end leaves the line's end in place."""
    pieces: list[str] = []
    done = 0
    for start, end in _merged(spans):
        lines = (MARK if line.strip() else line for line in text[start:end].split("\n"))
        pieces += (text[done:start], "\n".join(lines))
        done = end
    return "".join((*pieces, text[done:]))


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that touch or overlap become one."""
    first, *others = sorted(spans)
    start, end = first
    for later_start, later_end in others:
        if later_start > end:
            yield start, end
            start, end = later_start, later_end
        else:
            end = max(end, later_end)
    yield start, end
