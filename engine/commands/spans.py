"""Code spans and comments inside a paragraph of Markdown, taken out in one pass over its characters."""

import re
from bisect import bisect_left
from collections import defaultdict

RUN = re.compile(r"`+")
START = re.compile(r"`+|<!--")
#: Stands where something was, so that what comes behind it doesn't begin a line.
GONE = "\ufffc"


def without_spans(text: str) -> str:
    """The paragraph without code spans and comments; what begins first wins, what never ends is text."""
    closings: dict[int, list[int]] = defaultdict(list)
    for run in RUN.finditer(text):
        closings[len(run[0])].append(run.start())
    last_comment_end = text.rfind("-->")
    kept: list[str] = []
    at = 0
    position = 0
    while start := START.search(text, position):
        end = _comment_end(text, start, last_comment_end) if start[0] == "<!--" else _code_end(start, closings)
        position = end or start.end()
        if end:
            kept += [text[at : start.start()], GONE]
            at = end
    return "".join([*kept, text[at:]])


def _comment_end(text: str, start: re.Match[str], last: int) -> int:
    """Where the comment ends; 0 when it doesn't."""
    return text.index("-->", start.end()) + 3 if last >= start.end() else 0


def _code_end(start: re.Match[str], closings: dict[int, list[int]]) -> int:
    """Where the code span ends: at the next run of just as many backticks; 0 when there is none."""
    same = closings[len(start[0])]
    following = bisect_left(same, start.end())
    return same[following] + len(start[0]) if following < len(same) else 0
