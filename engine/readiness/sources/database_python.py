"""Databases that Python code opens at a place that is written down: a file, or this machine."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.django_settings import django_settings
from engine.readiness.sources.flask_settings import sure_settings
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import PythonSource, imported, keyword, python_sources
from engine.readiness.sources.python_values import Written, reads_environment, value_of
from engine.readiness.sources.stack import PYTHON_SERVERS, Stack

#: Functions whose first argument is an address.
OPENERS = frozenset({"create_engine", "create_async_engine", "MongoClient", "AsyncIOMotorClient", "AsyncMongoClient"})
#: Classes that are given a file.
FILES = frozenset({"SqliteDatabase", "SqliteExtDatabase", "TinyDB"})
#: Modules whose `connect` takes `host`.
CONNECTORS = ("psycopg2.connect", "psycopg.connect", "pymysql.connect", "mysql.connector.connect", "MySQLdb.connect")
HERE = ("localhost", "127.0.0.1")
ADDRESS_HERE = re.compile(r"^[a-z][a-z0-9+]*://([^/@\s]*@)?(localhost|127\.0\.0\.1)\b", re.IGNORECASE)
#: How far into an expression its beginning is looked for.
DEEPEST = 30
WRITES = re.compile(r"\b(INSERT\s+(OR\s+\w+\s+)?INTO|CREATE\s+TABLE|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)


@dataclass(frozen=True)
class OpenedHere:
    """A database that goes with the machine."""

    path: str
    line: int
    #: True: a file; False: a server on the machine that the application runs on.
    file: bool


def python_databases(facts: Facts, stack: Stack) -> Iterator[OpenedHere]:
    """Every one that is sure."""
    if "flask" in stack.frameworks:
        for setting in sure_settings(facts, "SQLALCHEMY_DATABASE_URI", "MONGO_URI"):
            yield from _address(setting.value, setting.names, setting.path)
    if "django" in stack.frameworks:
        yield from _django(facts)
    for source in python_sources(application(facts), "sqlite", "connect", *OPENERS, *FILES):
        names = Names.of(source.module)
        path = in_repository(facts, source.path)
        for call in source.calls():
            yield from _call(call, names, path)
    yield from _sqlite3(facts)


def _call(call: ast.Call, names: Names, path: str) -> Iterator[OpenedHere]:
    origin = names.origin(call.func)
    word = origin.split(".")[-1]
    first = call.args[0] if call.args else None
    if word in OPENERS and first is not None:
        yield from _address(first, names, path)
    elif word in FILES and first is not None and not reads_environment(first, names):
        value = value_of(first, names)
        if isinstance(value, Written) and isinstance(value.value, str) and value.value != ":memory:":
            yield OpenedHere(path, call.lineno, file=True)
    elif origin in CONNECTORS and (host := keyword(call, "host")) is not None:
        value = value_of(host, names)
        if isinstance(value, Written) and value.value in HERE:
            yield OpenedHere(path, host.lineno, file=False)


def _address(node: ast.expr, names: Names, path: str) -> Iterator[OpenedHere]:
    """By how an address begins that nothing of the environment has a part in."""
    begins, line = _beginning(node, names, 0)
    if not begins or reads_environment(node, names):
        return
    if begins.startswith("sqlite") and ":memory:" not in begins and "mode=memory" not in begins:
        if begins.rstrip("/") not in ("sqlite:", "sqlite+aiosqlite:") or isinstance(
            _resolved(node, names), ast.JoinedStr | ast.BinOp
        ):
            yield OpenedHere(path, line, file=True)
    elif ADDRESS_HERE.match(begins):
        yield OpenedHere(path, line, file=False)


def _resolved(node: ast.expr, names: Names) -> ast.expr:
    return names.values.get(node.id, node) if isinstance(node, ast.Name) else node


def _beginning(node: ast.expr, names: Names, depth: int) -> tuple[str, int]:
    """The literal text that an expression begins with, and its line."""
    match node:
        case _ if depth > DEEPEST:
            return "", 0
        case ast.Constant(value=str() as text):
            return text, node.lineno
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]):
            return text, node.lineno
        case ast.BinOp(left=left, op=ast.Add()):
            return _beginning(left, names, depth + 1)
        case ast.Call(func=ast.Attribute(value=left, attr="format" | "join")):
            return _beginning(left, names, depth + 1)
        case ast.Name(id=name) if name in names.values:
            return _beginning(names.values[name], names, depth + 1)
        case _:
            return "", 0


def _sqlite3(facts: Facts) -> Iterator[OpenedHere]:
    """`sqlite3.connect`, where the application also writes: a file that is only read may well be committed."""
    tree = application(facts)
    opened = ((source, [*_connects(source)]) for source in python_sources(tree, "sqlite"))
    # Whether a source is used takes a look at all others.
    found = [(source, calls) for source, calls in opened if calls and _is_used(tree, source)]
    if not found or not (any(WRITES.search(each.text) for each in python_sources(tree, "")) or _has_schema(facts)):
        return
    for source, calls in found:
        yield from (OpenedHere(in_repository(facts, source.path), call.lineno, file=True) for call in calls)


def _is_used(tree: FileTree, source: PythonSource) -> bool:
    """False for a script by itself: it imports no framework, and nobody imports it."""
    if any(name in PYTHON_SERVERS for name, _ in imported(source.module)):
        return True
    stem = source.path.rsplit("/", 1)[-1].removesuffix(".py")
    asked = re.compile(rf"^\s*(?:from|import)\s[^\n]*\b{re.escape(stem)}\b", re.MULTILINE)
    return any(asked.search(other.text) for other in python_sources(tree, stem) if other.path != source.path)


def _connects(source: PythonSource) -> Iterator[ast.Call]:
    names = Names.of(source.module)
    for call in source.calls():
        if names.origin(call.func) in ("sqlite3.connect", "aiosqlite.connect", "sqlite3.dbapi2.connect") and call.args:
            value = value_of(call.args[0], names)
            known = isinstance(call.args[0], ast.Constant | ast.Name | ast.Call | ast.Subscript | ast.Attribute)
            in_memory = isinstance(value, Written) and ":memory:" in str(value.value)
            if known and not in_memory and not reads_environment(call.args[0], names):
                yield call


def _has_schema(facts: Facts) -> bool:
    tree = application(facts)
    return any(
        WRITES.search((tree.read(path) or b"").decode(errors="replace"))
        for path in tree.paths()
        if path.endswith(".sql")
    )


def _django(facts: Facts) -> Iterator[OpenedHere]:
    found = django_settings(facts)
    setting = found.settings.get("DATABASES") if found else None
    if found is None or setting is None or not setting.sure or found.open_end:
        return
    default = _entry(setting.value, "default")
    if default is None or reads_environment(setting.value, setting.names):
        return
    engine, host = _entry(default, "ENGINE"), _entry(default, "HOST")
    said = value_of(engine, setting.names) if engine is not None else None
    if engine is None or not isinstance(said, Written):
        return
    at = value_of(host, setting.names) if host is not None else None
    if str(said.value).endswith("sqlite3"):
        yield OpenedHere(setting.path, engine.lineno, file=True)
    elif host is not None and isinstance(at, Written) and at.value in HERE:
        yield OpenedHere(setting.path, host.lineno, file=False)


def _entry(node: ast.expr, name: str) -> ast.expr | None:
    if not isinstance(node, ast.Dict):
        return None
    pairs = zip(node.keys, node.values, strict=True)
    return next((value for key, value in pairs if isinstance(key, ast.Constant) and key.value == name), None)
