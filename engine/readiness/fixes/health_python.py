"""Adds a health route to a Flask or FastAPI module; the result parses, and all else in it is as it was."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.detect.tree import FileTree
from engine.readiness.fixes.fix import Change
from engine.readiness.sources.python_source import PythonSource, dotted, python_sources

#: What makes an application, and how a route is said to it.
DECORATORS = {
    "Flask": 'route("/health")',
    "flask.Flask": 'route("/health")',
    "FastAPI": 'get("/health")',
    "fastapi.FastAPI": 'get("/health")',
}
#: Names for the function; the first that no function of the application has.
NAMES = ("health", "health_check", "answer_health_probe")
DONE_ALREADY = re.compile(r"['\"`]/(_?health|healthz|livez|readyz)\b")


@dataclass(frozen=True)
class Place:
    """Where an application is made: `name = Flask(…)` in a module or in a function of it."""

    source: PythonSource
    name: str
    decorator: str
    #: The statement's last line, from 1.
    line: int
    indent: int


def python_route(tree: FileTree) -> Change | None:
    """The module with the route, paths as the tree has them; None when it isn't plain where it belongs."""
    sources = tuple(python_sources(tree, ""))
    if any(DONE_ALREADY.search(source.text) for source in sources):
        return None
    made = [call for source in sources for call in source.calls() if dotted(call.func) in DECORATORS]
    places = [place for source in sources for place in _places(source)]
    if len(made) != 1 or len(places) != 1:
        return None
    name = next((each for each in NAMES if not any(_defines(source, each) for source in sources)), None)
    return None if name is None else _with_route(tree, places[0], name)


def _places(source: PythonSource) -> Iterator[Place]:
    yield from _in_body(source, source.module.body)
    for node in source.module.body:
        if isinstance(node, ast.FunctionDef):
            yield from _in_body(source, node.body)


def _in_body(source: PythonSource, body: Sequence[ast.stmt]) -> Iterator[Place]:
    for node in body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call)
            ) if dotted(call.func) in DECORATORS:
                yield Place(source, name, DECORATORS[dotted(call.func)], node.end_lineno or 0, node.col_offset)
            case _:
                pass


def _defines(source: PythonSource, name: str) -> bool:
    return re.search(rf"\b{name}\b", source.text) is not None


def _with_route(tree: FileTree, place: Place, name: str) -> Change | None:
    """Put into the file's own bytes: its line ends, and whatever it holds besides, stay."""
    try:
        before = (tree.read(place.source.path) or b"").decode()
    except UnicodeDecodeError:
        return None
    newline = "\r\n" if "\r\n" in before else "\n"
    lines = before.split("\n")
    if place.line >= len(lines):
        return None
    gap = 1 if place.indent else 2
    follow = next((at for at, line in enumerate(lines[place.line :]) if line.strip()), None)
    behind = 0 if follow is None else max(0, gap - follow)
    pad = " " * place.indent
    route = [
        *[""] * gap,
        f"{pad}@{place.name}.{place.decorator}",
        f"{pad}def {name}():",
        f'{pad}    return {{"status": "ok"}}',
        *[""] * behind,
    ]
    ended = [line + newline.removesuffix("\n") for line in route]
    after = "\n".join([*lines[: place.line], *ended, *lines[place.line :]])
    return Change(place.source.path, after.encode()) if _adds_only(before, after, name) else None


def _adds_only(before: str, after: str, name: str) -> bool:
    """True when the new text parses and is the old one but for the function."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            old, new = ast.parse(before), ast.parse(after)
        bodies = [new.body, *(node.body for node in new.body if isinstance(node, ast.FunctionDef))]
        for body in bodies:
            body[:] = [node for node in body if not (isinstance(node, ast.FunctionDef) and node.name == name)]
        return ast.dump(old) == ast.dump(new)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
