"""Databases that Node code opens at a place that is written down: a file, or this machine."""

import re
from collections.abc import Iterator

from engine.detect.routes.javascript import Word
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, line_at, text_of
from engine.readiness.sources.database_python import ADDRESS_HERE, HERE, OpenedHere
from engine.readiness.sources.node_calls import NodeScript, entries, node_scripts
from engine.readiness.sources.stack import Stack

PACKAGES = ("sqlite3", "better-sqlite3", "sequelize", "knex", "mongoose", "mongodb", "mysql", "mysql2", "pg", "lowdb")
SQLITE = ("sqlite", "sqlite3", "better-sqlite3")
PROVIDER = re.compile(r"^[ \t]*provider[ \t]*=[ \t]*\"sqlite\"", re.MULTILINE)
#: With one of these, Prisma's SQLite is a server's.
REMOTE = frozenset({"@libsql/client", "@prisma/adapter-libsql", "@prisma/adapter-d1"})


def node_databases(facts: Facts, stack: Stack) -> Iterator[OpenedHere]:
    """Every one that is sure."""
    for script in node_scripts(facts, *PACKAGES):
        yield from _sqlite(script)
        yield from _connected(script)
    names = stack.package.every_name if stack.package else frozenset()
    for path in ("prisma/schema.prisma", "schema.prisma"):
        text = text_of(application(facts), path) or ""
        found = PROVIDER.search(text)
        if found and not REMOTE & names:
            yield OpenedHere(in_repository(facts, path), line_at(text, found.end()), file=True)


def _sqlite(script: NodeScript) -> Iterator[OpenedHere]:
    opened = script.imports("better-sqlite3")
    opened |= frozenset({"Database"}) if script.imports("sqlite3") else frozenset()
    for word, given in script.calls(*opened):
        if given and not _reads_environment(given[0]) and _is_a_place(script, given[0]):
            yield OpenedHere(script.path, word.line, file=True)
    for _, given in script.calls(*(script.imports("sequelize") & {"Sequelize"}), *script.imports("knex")):
        whole = tuple(each for value in given for each in value)
        if not _reads_environment(whole) and not any(each.value == ":memory:" for each in whole):
            kinds = [options.get("dialect") or options.get("client") for options in map(entries, given)]
            yield from (
                OpenedHere(script.path, k[0].line, file=True) for k in kinds if k and script.text_of(k) in SQLITE
            )


def _is_a_place(script: NodeScript, value: tuple[Word, ...]) -> bool:
    """A text that isn't `:memory:`, or a path that is put together."""
    text = script.text_of(value)
    return text not in ("", ":memory:") if text is not None else len(value) > 1 and value[0].is_name("path", "join")


def _connected(script: NodeScript) -> Iterator[OpenedHere]:
    if script.imports("mongoose") | script.imports("mongodb"):
        for word, given in script.calls("connect", "createConnection", "MongoClient"):
            if given and ADDRESS_HERE.match(script.text_of(given[0]) or ""):
                yield OpenedHere(script.path, word.line, file=False)
    if script.imports("mysql") | script.imports("mysql2") | script.imports("mysql2/promise") | script.imports("pg"):
        for _, given in script.calls("createConnection", "createPool", "Pool", "Client"):
            host = entries(given[0]).get("host") if given else None
            if host and script.text_of(host) in HERE:
                yield OpenedHere(script.path, host[0].line, file=False)


def _reads_environment(value: tuple[Word, ...]) -> bool:
    return any(each.is_name("env") for each in value)
