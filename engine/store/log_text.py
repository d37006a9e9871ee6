"""Bytes of programs become lines that are fit to show: whole, bounded, without control characters."""

import codecs
import re

#: Characters of one line; the rest of it is cut off.
LINE_LIMIT = 4096
#: Colours and cursor movements (ECMA-48): CSI and OSC sequences, and the two-character ones.
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
#: Control characters but the tab, surrogates, and the marks that turn the direction of text.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def cleaned(line: str) -> str:
    """The line without escapes, bounded; of a line that was drawn over (`\\r`), what was drawn last."""
    return shortened(plain(line))


def plain(line: str) -> str:
    """The same at four times its bound: what is to be hidden in it must be whole."""
    last = line.rstrip("\r").rsplit("\r", 1)[-1]
    return UNSEEN.sub("", ESCAPES.sub("", last))[: LINE_LIMIT * 4]


def shortened(text: str) -> str:
    """The line within its bound."""
    return text if len(text) <= LINE_LIMIT else f"{text[:LINE_LIMIT]} […]"


class LineCutter:
    """Cuts a stream of bytes into lines; a line that doesn't end is dropped beyond its bound."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._open = ""

    def cut(self, data: bytes) -> list[str]:
        """The lines that are whole by now."""
        *whole, self._open = (self._open + self._decoder.decode(data)).split("\n")
        # Four times the bound: what is cut off may be escapes, and redrawn lines need their end.
        self._open = self._open[: LINE_LIMIT * 4] if "\r" not in self._open else self._open[-LINE_LIMIT * 4 :]
        return whole

    def peek(self) -> list[str]:
        """The line that hasn't ended."""
        return [self._open] if self._open else []

    def rest(self) -> list[str]:
        """The line that hasn't ended, which now does."""
        left, self._open = self.peek(), ""
        return left
