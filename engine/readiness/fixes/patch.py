"""A fix where it may not be written: the same change as a suggestion on lines, or as a patch for `git apply`."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.reports.escape import block_ticks

#: Names that git writes into a patch as they are.
PLAIN = re.compile(r"[\w.@+/-]+", re.ASCII)
#: As git and GitHub count them: `str.splitlines` ends lines at ten other characters too.
LINE = re.compile(r"[^\n]*\n|[^\n]+")
#: Lines of two texts that are compared: with more a repetitive file takes minutes.
MOST_LINES = 5000
NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True)
class Changed:
    """A file before and after."""

    path: str
    #: None: there was none.
    before: bytes | None
    after: bytes


@dataclass(frozen=True)
class Replaced:
    """Lines of a file (from 1, both included) and what stands there instead."""

    path: str
    first: int
    last: int
    lines: tuple[str, ...]


def replaced(changed: Changed) -> Replaced | None:
    """The change as one run of replaced lines; None when a suggestion can't say it."""
    texts = _texts(changed)
    if texts is None or changed.before is None or "\r" in texts[1]:
        return None
    before, after = ([line.removesuffix("\n") for line in LINE.findall(text)] for text in texts)
    spans = _spans(before, after)
    if len(spans) != 1 or not before:
        return None
    start, end, new, until = spans[0]
    if start < end:
        return Replaced(changed.path, start + 1, end, tuple(after[new:until]))
    if start == 0:
        return Replaced(changed.path, 1, 1, (*after[new:until], before[0]))
    return Replaced(changed.path, start, start, (before[start - 1], *after[new:until]))


def _spans(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """What differs: from and to in the one, from and to in the other. None where that would take too long to tell."""
    shorter = min(len(before), len(after))
    same = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    end = next((at for at in range(shorter - same) if before[-1 - at] != after[-1 - at]), shorter - same)
    old, new = before[same : len(before) - end], after[same : len(after) - end]
    if not old or not new:
        return [(same, same + len(old), same, same + len(new))] if old or new else []
    if len(old) + len(new) > MOST_LINES:
        return []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    codes = [each[1:] for each in matcher.get_opcodes() if each[0] != "equal"]
    return [(a + same, b + same, c + same, d + same) for a, b, c, d in codes]


def suggestion(change: Replaced) -> str:
    """The block that GitHub shows with a button."""
    ticks = block_ticks("\n".join(change.lines))
    return "\n".join([f"{ticks}suggestion", *change.lines, ticks])


def patch(changes: Sequence[Changed]) -> str | None:
    """What `git apply` takes; None where a file isn't text, is too long, or its name would have to be quoted."""
    pieces: list[str] = []
    for changed in changes:
        texts = _texts(changed)
        if texts is None or not PLAIN.fullmatch(changed.path) or any(each.count("\n") > MOST_LINES for each in texts):
            return None
        pieces += _piece(changed, *texts)
    return "".join(pieces)


def _piece(changed: Changed, before: str, after: str) -> Iterator[str]:
    old, new = f"a/{changed.path}", f"b/{changed.path}"
    yield f"diff --git {old} {new}\n"
    if changed.before is None:
        yield "new file mode 100644\n"
        old = "/dev/null"
    lines = difflib.unified_diff(LINE.findall(before), LINE.findall(after), old, new)
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"


def _texts(changed: Changed) -> tuple[str, str] | None:
    try:
        return (changed.before or b"").decode(), changed.after.decode()
    except UnicodeDecodeError:
        return None
