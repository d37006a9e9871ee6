"""What a Flask application's code says of its configuration."""

import ast
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import PythonSource, dotted, python_sources
from engine.readiness.sources.python_values import reads_environment

#: Modules and classes that `from_object` and `from_pyfile` usually read.
MODULE = re.compile(
    r"(^|/)(config|settings|default_settings|default_config|configuration)(/__init__|/base|/production)?\.py$"
)
CLASS = re.compile(r"conf|setting|prod", re.IGNORECASE)
#: Only developers and tests use these.
NOT_IN_PRODUCTION = re.compile(r"test|dev|local|debug|ci\b", re.IGNORECASE)
#: A module in which none of these stands says nothing.
WORDS = (
    "config",
    "Config",
    "secret_key",
    "SECRET_KEY",
    ".debug",
    "DEBUG",
    "DATABASE_URI",
    "MONGO_URI",
    "COOKIE_SECURE",
)
ATTRIBUTES = {"secret_key": "SECRET_KEY", "debug": "DEBUG", "testing": "TESTING"}


@dataclass(frozen=True)
class Setting:
    """One place that says what a setting is."""

    name: str
    value: ast.expr
    #: In the repository.
    path: str
    line: int
    #: False: something decides whether it counts: an `if`, a file that is read later.
    sure: bool
    #: True: an attribute of a class; another class may be the one that counts.
    in_class: bool
    names: Names


def flask_settings(facts: Facts) -> tuple[Setting, ...]:
    """Every setting that isn't only for developers and tests."""
    tree = application(facts)
    # Modules and classes of settings count where something reads them.
    read = any(True for _ in python_sources(tree, "from_object", "from_pyfile"))
    found = []
    for source in python_sources(tree, *WORDS):
        if not NOT_IN_PRODUCTION.search(posixpath.basename(source.path)):
            names = Names.of(source.module)
            path = in_repository(facts, source.path)
            for name, value, where in _settings(source, read=read):
                found.append(Setting(name, value, path, value.lineno, where.sure, where.in_class, names))
    return tuple(found)


def sure_settings(facts: Facts, *wanted: str) -> tuple[Setting, ...]:
    """Those that count: where one of a name comes from the environment, what is written of it elsewhere doesn't."""
    found = [each for each in flask_settings(facts) if each.name in wanted]
    doubted = {each.name for each in found if not each.sure or reads_environment(each.value, each.names)}
    return tuple(
        each for each in found if each.sure and (each.name not in doubted or reads_environment(each.value, each.names))
    )


def overridden(facts: Facts) -> bool:
    """True when something that isn't in the repository may say otherwise: an instance's file, the environment."""
    words = ("from_envvar", "from_prefixed_env", "instance_relative_config", "from_file", "from_pyfile")
    return any(True for _ in python_sources(application(facts), *words))


@dataclass(frozen=True)
class _Where:
    """What is known of a place in a module."""

    #: Plain names are settings here, as in a module or class of settings.
    own: bool
    #: Something reads such modules and classes.
    read: bool
    sure: bool = True
    in_class: bool = False


def _settings(source: PythonSource, *, read: bool) -> Iterator[tuple[str, ast.expr, _Where]]:
    own = MODULE.search(f"/{source.path}") is not None or "from_object(__name__)" in source.text
    yield from _in_body(source.module.body, _Where(read and own, read=read))


def _in_body(body: list[ast.stmt], where: _Where) -> Iterator[tuple[str, ast.expr, _Where]]:
    for node in body:
        yield from ((name, value, where) for name, value in _said(node, own=where.own))
        match node:
            case ast.ClassDef(name=name) if not NOT_IN_PRODUCTION.search(name) and not _is_of_pydantic(node):
                yield from _in_body(
                    node.body, replace(where, own=where.read and CLASS.search(name) is not None, in_class=True)
                )
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.With():
                yield from _in_body(node.body, replace(where, own=False))
            case ast.If():
                yield from _in_body([*node.body, *node.orelse], replace(where, sure=False))
            case ast.Try():
                handlers = [each for handler in node.handlers for each in handler.body]
                yield from _in_body([*node.body, *handlers, *node.orelse], replace(where, sure=False))
            case _:
                pass


def _is_of_pydantic(node: ast.ClassDef) -> bool:
    """True for a class whose attributes are defaults of variables."""
    return any(dotted(parent).endswith("BaseSettings") for parent in node.bases)


def _said(node: ast.stmt, *, own: bool) -> Iterator[tuple[str, ast.expr]]:
    """The settings that one statement sets."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((name, value) for target in targets if (name := _target(target, own)))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if own and name.isupper():
            yield name, value
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="update" | "from_mapping")) as call):
            if dotted(owner).split(".")[-1] == "config":
                yield from _pairs(call)
        case _:
            pass


def _target(target: ast.expr, own: bool) -> str:
    match target:
        case ast.Name(id=name) if own and name.isupper():
            return name
        case ast.Subscript(value=owner, slice=ast.Constant(value=str() as name)):
            return name if dotted(owner).split(".")[-1] == "config" else ""
        case ast.Attribute(value=ast.Name(id="app" | "application" | "server"), attr=name):
            return ATTRIBUTES.get(name, "")
        case _:
            return ""


def _pairs(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for each in call.keywords:
        if each.arg:
            yield each.arg, each.value
    for argument in call.args:
        match argument:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, value
            case _:
                pass
