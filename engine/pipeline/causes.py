"""From how a command ended and what it said to a cause: one sentence of what, one of what to do. Pure."""

import re
from collections.abc import Sequence

from engine.errors import Cause
from engine.pipeline.first_error import first_error
from engine.sandboxes.port import Finished

#: What our sandbox host says, and what package clients say of its proxy's answer.
DENIED_HOST = re.compile(r"egress to (?P<host>[\w.:\[\]-]+?)(?::\d+)? is not allowed")
#: Where servers say that they listen, such as "Running on http://127.0.0.1:5000" or "Listening on port 8000".
LISTENS = re.compile(
    r"(?:https?://(?:localhost|\[?[\da-fA-F.:*]+\]?):|\b(?:listening|running|started|serving)\b.{0,40}?\bport\D{0,3})"
    r"(?P<port>\d{2,5})\b",
    re.IGNORECASE,
)
PORT_TAKEN = re.compile(r"EADDRINUSE|Address already in use", re.IGNORECASE)
OUT_OF_MEMORY = re.compile(r"JavaScript heap out of memory|MemoryError|Killed \(out of memory\)")
DISK_FULL = re.compile(r"No space left on device|ENOSPC|Disk quota exceeded|EDQUOT")
MISSING_MODULE = re.compile(
    r"ModuleNotFoundError: No module named '(?P<python>[\w.]+)'|Cannot find (?:module|package) '(?P<node>[^']+)'"
)
NO_PROGRAM = re.compile(
    r"exec: (?P<name>[^:\s]+): not found|(?P<other>[^:\s]+): (?:command not found|not found)$", re.MULTILINE
)
NO_MATCH = re.compile(r"Because (?P<what>.{1,200}?) (?:was not found|there (?:is|are) no)", re.DOTALL)

MORE_MEMORY = "Use less memory, or ask whoever runs Slipway to raise PREVIEW_MEMORY_LIMIT_MB."


def step_failed(label: str, finished: Finished, tail: Sequence[str], folder: str) -> Cause:
    """A command of the dependencies or build stage ended badly."""
    doing = label[0].upper() + label[1:]
    known = _known(f"{doing}:", finished, tail)
    if known is not None:
        return known
    said = first_error(tail, folder)
    detail = f": {said}" if said else ""
    return Cause(f"{doing} ended with {finished.exit_code}{detail}", "Read the end of the log, mend it and push.")


def step_timed_out(label: str, seconds: float) -> Cause:
    """A stage took too long."""
    return Cause(
        f"{label[0].upper()}{label[1:]} was not done after {seconds:g} s and was ended.",
        "Make it shorter, for example by a lock file and fewer dependencies.",
        "timed_out",
    )


def ended_early(finished: Finished, tail: Sequence[str], folder: str) -> Cause:
    """The application ended before it answered."""
    known = _known("The application ended:", finished, tail)
    if known is not None:
        return known
    said = first_error(tail, folder)
    detail = f": {said}" if said else ", and said nothing that looks like an error"
    code = finished.exit_code
    sentence = f"The application exited with {code} before it listened on $PORT{detail}"
    return Cause(sentence, "Mend the error and push; the log has all that it said.", "exited")


def ended_while_serving(finished: Finished, tail: Sequence[str], folder: str) -> Cause:
    """The application ended after it had been healthy."""
    known = _known("The application ended:", finished, tail)
    if known is not None:
        return known
    said = first_error(tail, folder)
    detail = f": {said}" if said else ""
    return Cause(f"The application exited with {finished.exit_code} while it served{detail}", code="exited")


def nothing_listens(port: int, seconds: float, tail: Sequence[str]) -> Cause:
    """The application runs, but nobody answers on its port."""
    other = next((int(found["port"]) for line in reversed(tail) for found in LISTENS.finditer(line)), 0)
    if other and other != port:
        return Cause(
            f"The application listens on port {other}, not on $PORT ({port}).",
            'Take the port from the environment: `os.environ["PORT"]`, `process.env.PORT`.',
            "wrong_port",
        )
    return Cause(
        f"Nothing listened on $PORT ({port}) in {seconds:g} s.",
        "Listen on 127.0.0.1 or 0.0.0.0 and the port of the environment variable PORT.",
        "nothing_listening",
    )


def unhealthy(path: str, status: int, tail: Sequence[str], folder: str, setting: str = "health_path") -> Cause:
    """The application answers, but not well. `setting` is the key of slipway.yml that names the path."""
    said = first_error(tail, folder) if status >= 500 else ""
    detail = f": {said}" if said else ""
    fix = "Mend the error and push." if status >= 500 else f"Set `{setting}` in slipway.yml to a path that answers 200."
    return Cause(f"The health path {path} answered {status}{detail}", fix, "unhealthy")


def _known(doing: str, finished: Finished, tail: Sequence[str]) -> Cause | None:
    """The causes that have a name, whatever was run."""
    text = "\n".join(tail)
    if finished.out_of_memory or OUT_OF_MEMORY.search(text):
        return Cause(f"{doing} out of memory.", MORE_MEMORY, "out_of_memory")
    if DISK_FULL.search(text):
        return Cause(f"{doing} the sandbox's disk is full.", "Install or write less.", "disk_full")
    if denied := DENIED_HOST.search(text):
        return Cause(
            f"{doing} reaching {denied['host']} is not allowed from a sandbox.",
            "Builds reach the package registries only, a running preview reaches nothing outside.",
            "egress_denied",
        )
    return _about_the_code(doing, text)


def _about_the_code(doing: str, text: str) -> Cause | None:
    if missing := MISSING_MODULE.search(text):
        name = missing["python"] or missing["node"]
        where = "requirements.txt" if missing["python"] else "package.json"
        return Cause(f"{doing} the module {name} is not installed.", f"Add it to {where} and push.", "module_missing")
    if PORT_TAKEN.search(text):
        return Cause(
            f"{doing} its port is taken already.",
            "Start one server only, on the port of the environment variable PORT.",
            "port_taken",
        )
    if program := NO_PROGRAM.search(text):
        name = program["name"] or program["other"]
        return Cause(f"{doing} there is no program {name}.", "Name it in the dependencies, and push.", "no_program")
    return None
