"""Reads of environment variables in Python: os, decouple, environs, django-environ, starlette, pydantic-settings."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from engine.readiness.sources.environment_read import Read
from engine.readiness.sources.environment_settings import settings_reads
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import keyword

#: Functions that read one, and where their default stands.
FUNCTIONS = {"os.getenv": 1, "os.environ.get": 1, "decouple.config": 1}
#: Classes whose objects are asked, and where the default stands when the object itself is called.
READERS = {
    "decouple.Config": 1,
    "decouple.AutoConfig": 1,
    "environs.Env": 1,
    "environ.Env": 2,
    "environ.FileAwareEnv": 2,
    "starlette.config.Config": 2,
}
#: Methods of such objects: `env.bool("DEBUG", False)`.
KINDS = """str bool int float list tuple dict url json path db db_url cache cache_url email email_url decimal
    date datetime timedelta uuid log_level enum bytes"""
METHODS = frozenset(KINDS.split())


@lru_cache(maxsize=512)
def python_reads(module: ast.Module) -> tuple[Read, ...]:
    """Every read in a module."""
    return tuple(_reads(module))


def _reads(module: ast.Module) -> Iterator[Read]:
    names = Names.of(module)
    spared, schemes = _done_without(module), _schemes(module, names)
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield from settings_reads(node, names, module)
        elif isinstance(node, ast.expr) and (read := read_at(node, names)):
            known = read.has_default or node in spared or read.name in schemes
            yield Read(read.name, read.line, known, read.default)


def read_at(node: ast.expr, names: Names) -> Read | None:
    """The read that an expression is; None when it is none."""
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as name), ctx=ast.Load()):
            return Read(name, node.lineno, has_default=False) if names.origin(value) == "os.environ" else None
        case ast.Call(args=[ast.Constant(value=str() as name), *_]):
            place = _default_place(names, node)
            return _read(name, node, default_of(node, place)) if place else None
        case _:
            return None


def default_of(call: ast.Call, place: int) -> ast.expr | None:
    """The default that a call gives, by its keyword or at its place."""
    given = keyword(call, "default")
    return call.args[place] if given is None and len(call.args) > place else given


def _read(name: str, call: ast.Call, given: ast.expr | None) -> Read:
    if isinstance(given, ast.Constant):
        return Read(name, call.lineno, given.value is not None, "" if given.value is None else str(given.value))
    return Read(name, call.lineno, given is not None)


def _schemes(module: ast.Module, names: Names) -> set[str]:
    """Variables that `Env(DEBUG=(bool, False))` gives defaults."""
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call))
    return {each.arg for call in calls if names.origin(call.func) in READERS for each in call.keywords if each.arg}


def _default_place(names: Names, call: ast.Call) -> int:
    """Where the default of a call stands that reads a variable; 0: it doesn't read one."""
    origin = names.origin(call.func)
    if origin in FUNCTIONS:
        return FUNCTIONS[origin]
    match call.func:
        case ast.Name(id=name):
            return READERS.get(names.made.get(name, ""), 0)
        case ast.Attribute(value=ast.Name(id=name), attr=method) if method in METHODS:
            return 1 if READERS.get(names.made.get(name, "")) else 0
        case _:
            return 0


def _done_without(module: ast.Module) -> set[ast.AST]:
    """Reads that something else stands in for, or that are only asked about: `x or y`, `if x`, `x == y`."""
    found: set[ast.AST] = set()
    for node in ast.walk(module):
        match node:
            case ast.BoolOp(op=ast.Or(), values=values):
                found.update(values[:-1])
            case ast.BoolOp(op=ast.And(), values=values):
                found.update(values)
            case ast.If(test=test) | ast.IfExp(test=test) | ast.UnaryOp(op=ast.Not(), operand=test):
                found.add(test.value if isinstance(test, ast.NamedExpr) else test)
            case ast.Compare(left=left, comparators=others):
                found.update((left, *others))
            case ast.Call(func=ast.Name(id="bool"), args=values):
                found.update(values)
            case _:
                pass
    # `os.getenv("X", "").lower() == "true"` asks too.
    for node in list(found):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call() as inner)):
                found.add(inner)
            case _:
                pass
    return found
