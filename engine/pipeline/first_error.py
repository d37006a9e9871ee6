"""The first real error in a log: its message, with file and line of the application's own source."""

import re
from collections.abc import Sequence

PYTHON_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
PYTHON_ERROR = re.compile(r"^(?P<message>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Group)\b.*)$")
NODE_ERROR = re.compile(r"^(?:Uncaught )?(?P<message>(?:[A-Z]\w*)?(?:Error|Exception)\b(?: \[\w+\])?:.*)$")
NODE_FRAME = re.compile(r"(?:\(|^|at |file://)(?P<file>/[^\s():]+):(?P<line>\d+)(?::\d+)?\)?")
PLAIN_ERROR = re.compile(r"^\s*(?:npm (?:error|ERR!)|error\b:?|fatal\b:?|ERROR\b:?|×|✘|E:)\s*(?P<message>\S.*)$")
#: Lines that npm writes around the error that matters.
NOISE = re.compile(r"^(?:code |errno |syscall |path |A complete log|Lifecycle script|workspace|location|command)")
#: Characters of the message that are shown.
LONGEST = 300
NOT_OURS = ("/site-packages/", "/node_modules/", "/environments/", "/usr/", "node:")


def first_error(tail: Sequence[str], folder: str) -> str:
    """One line such as `RuntimeError: no flux (app.py:3)`; empty when nothing looks like an error.

    `folder` is where the application lies in the sandbox; places in the answer are relative to it.
    """
    for find in (_python, _node, _plain):
        found = find(tail, folder)
        if found:
            return found
    return ""


def _python(tail: Sequence[str], folder: str) -> str:
    """The last traceback: earlier ones were caught or led to it."""
    starts = [at for at, line in enumerate(tail) if line.lstrip().startswith("Traceback (most recent call last)")]
    frames_only = [at for at, line in enumerate(tail) if PYTHON_FRAME.match(line)]
    if not starts and not frames_only:
        return ""
    place = ""
    for line in tail[(starts or frames_only)[-1] :]:
        if frame := PYTHON_FRAME.match(line):
            place = _place(frame, folder) or place
        elif error := PYTHON_ERROR.match(line.strip()) if not line.startswith("    ") else None:
            return _shown(error["message"], place)
    return ""


def _node(tail: Sequence[str], folder: str) -> str:
    for at, line in enumerate(tail):
        if error := NODE_ERROR.match(line.strip()):
            around = [*tail[at + 1 : at + 15], *reversed(tail[max(0, at - 6) : at])]
            places = (_place(frame, folder) for each in around for frame in [NODE_FRAME.search(each.strip())] if frame)
            return _shown(error["message"], next(filter(None, places), ""))
    return ""


def _plain(tail: Sequence[str], _folder: str) -> str:
    for line in tail:
        found = PLAIN_ERROR.match(line)
        if found and not NOISE.match(found["message"]):
            return _shown(found["message"], "")
    return ""


def _place(frame: re.Match[str], folder: str) -> str:
    """`app.py:3` for a frame of the application's own files, else nothing."""
    file = frame["file"]
    if not file.startswith(f"{folder}/") or any(part in file for part in NOT_OURS):
        return ""
    return f"{file.removeprefix(f'{folder}/')}:{frame['line']}"


def _shown(message: str, place: str) -> str:
    text = message.strip()
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"{text} ({place})" if place else text
