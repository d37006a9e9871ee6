"""Keys that Node applications sign sessions, cookies and tokens with, where they are written in the code."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from engine.detect.routes.javascript import Word, arguments
from engine.readiness.facts import Facts
from engine.readiness.sources.node_calls import NodeScript, entries, fallback, node_scripts

#: Packages that sign sessions: the key stands in an object's `secret` or `keys`.
SESSIONS = ("express-session", "cookie-session", "koa-session")


@dataclass(frozen=True)
class NodeSecret:
    """One of them."""

    path: str
    line: int
    #: What it signs.
    what: str
    #: The variable in whose place it stands; empty: it always counts.
    variable: str = ""


def node_secrets(facts: Facts) -> Iterator[NodeSecret]:
    """Every one that is sure."""
    others = {each.path: each for each in node_scripts(facts, "exports", "export ")}
    for script in node_scripts(facts, *SESSIONS, "cookie-parser", "jsonwebtoken", "express-jwt"):
        for value, what in _keys(script):
            yield from _secret(script, others, value, what)


def _keys(script: NodeScript) -> Iterator[tuple[tuple[Word, ...], str]]:
    """What is handed over to sign with."""
    for package in SESSIONS:
        for _, given in script.calls(*script.imports(package)):
            options = entries(given[0]) if given else {}
            yield from ((key, "sessions") for key in _list(options.get("secret", ())))
            yield from ((key, "sessions") for key in _list(options.get("keys", ())))
    for _, given in script.calls(*script.imports("cookie-parser")):
        yield given[0] if given else (), "cookies"
    for _, given in script.calls(*script.imports("express-jwt")):
        yield entries(given[0]).get("secret", ()) if given else (), "tokens"
    names = script.imports("jsonwebtoken")
    for at in range(len(script.words) - 4):
        owner, dot, verb, opens = script.words[at : at + 4]
        if owner.is_name(*names) and dot.is_sign(".") and verb.is_name("sign", "verify") and opens.is_sign("("):
            given = arguments(script.words, at + 3)
            yield given[1] if len(given) > 1 else (), "tokens"


def _list(value: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """The parts of a list, or what stands in place of one."""
    return arguments(value, 0) if value and value[0].is_sign("[") else [value]


def _secret(
    script: NodeScript, others: dict[str, NodeScript], value: tuple[Word, ...], what: str
) -> Iterator[NodeSecret]:
    if not value:
        return
    if script.text_of(value):
        yield NodeSecret(script.path, value[0].line, what)
    elif fallback(value):
        yield NodeSecret(script.path, value[0].line, what, value[4].value)
    elif len(value) == 3 and value[1].is_sign("."):
        yield from _of_another(script, others, value[0].value, value[2].value, what)


def _of_another(
    script: NodeScript, others: dict[str, NodeScript], owner: str, key: str, what: str
) -> Iterator[NodeSecret]:
    """`config.secret`, where `config` is a file of the application's that has the text."""
    found = others.get(_file(script, others, owner))
    places = [
        at
        for at in range(len(found.words) - 2 if found else 0)
        if found and found.words[at].value == key and found.words[at + 1].is_sign(":")
    ]
    if found and len(places) == 1 and found.words[places[0] + 2].kind == "text":
        behind = found.words[places[0] + 3].value if places[0] + 3 < len(found.words) else ""
        if found.words[places[0] + 2].value and behind in (",", "}"):
            yield NodeSecret(found.path, found.words[places[0] + 2].line, what)


def _file(script: NodeScript, others: dict[str, NodeScript], owner: str) -> str:
    """The path of the file that a name is required or imported from; empty: none of the application's."""
    for each in script.words:
        if each.kind == "text" and each.value.startswith(".") and owner in script.imports(each.value):
            base = posixpath.normpath(posixpath.join(posixpath.dirname(script.path), each.value))
            names = (base, f"{base}.js", f"{base}.ts", f"{base}/index.js", f"{base}/index.ts")
            return next((name for name in names if name in others), "")
    return ""
