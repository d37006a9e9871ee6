"""Adds a health route to an Express application whose making is one plain line at the top level of a module."""

import re

from engine.detect.tree import FileTree
from engine.readiness.fixes.fix import Change
from engine.readiness.fixes.health_python import DONE_ALREADY
from engine.readiness.sources.javascript_source import JavaScriptSource, javascript_sources

#: The whole line. Only an application that nothing is chained to is plain.
MADE = re.compile(r"^(?:export[ ]+)?(?:const|let|var)[ ]+(?P<name>[A-Za-z_$][\w$]*)[ ]*=[ ]*express\(\);?[ ]*$", re.M)
CALLED = re.compile(r"\bexpress\(\)")
#: What can only go on with the statement of the line before.
GOES_ON = re.compile(r"\s*[.,([`+*/?&|=<>-]")


def express_route(tree: FileTree) -> Change | None:
    """The module with the route, paths as the tree has them; None when it isn't plain where it belongs."""
    sources = tuple(javascript_sources(tree, "express", "/health", "/_health", "/livez", "/readyz"))
    if any(DONE_ALREADY.search(source.uncommented) for source in sources):
        return None
    calls = sum(len(CALLED.findall(source.code)) for source in sources)
    places = [(source, found) for source in sources for found in MADE.finditer(source.code)]
    if calls != 1 or len(places) != 1:
        return None
    source, found = places[0]
    if not _is_at_top(source, found.start()) or GOES_ON.match(source.code, found.end()):
        return None
    return _with_route(tree, source, found)


def _is_at_top(source: JavaScriptSource, offset: int) -> bool:
    """True where every bracket before is closed."""
    before = source.code[:offset]
    return all(before.count(opening) == before.count(closing) for opening, closing in ("()", "[]", "{}"))


def _with_route(tree: FileTree, source: JavaScriptSource, found: re.Match[str]) -> Change | None:
    """Put into the file's own bytes: its line ends, and whatever it holds besides, stay."""
    try:
        lines = (tree.read(source.path) or b"").decode().split("\n")
    except UnicodeDecodeError:
        return None
    newline = "\r" if lines[0].endswith("\r") else ""
    at = source.line(found.start())
    # A line that doesn't end here belongs to a file that ends without one.
    if at >= len(lines):
        return None
    end = ";" if found[0].rstrip().endswith(";") else ""
    name = found["name"]
    route = [
        "",
        f'{name}.get("/health", (_request, response) => {{',
        f'  response.json({{ status: "ok" }}){end}',
        f"}}){end}",
    ]
    blank = [] if not lines[at].strip() else [""]
    after = "\n".join([*lines[:at], *(line + newline for line in [*route, *blank]), *lines[at:]])
    return Change(source.path, after.encode())
