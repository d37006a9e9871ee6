"""What an expression comes to, as far as reading tells: written down, from the environment, or unknown."""

import ast
from dataclasses import dataclass

from engine.readiness.sources.environment_python import read_at
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import keyword

Plain = str | int | float | bool | None | tuple["Plain", ...]
#: How deep names are followed.
DEEPEST = 6


@dataclass(frozen=True)
class Written:
    """It stands in the code."""

    value: Plain


@dataclass(frozen=True)
class Fallback:
    """The environment says it; this is what it is otherwise."""

    value: Plain
    variable: str


@dataclass(frozen=True)
class Unknown:
    """Only running it would tell."""


Value = Written | Fallback | Unknown


def value_of(node: ast.expr, names: Names, depth: int = 0) -> Value:
    """The value of an expression."""
    if depth > DEEPEST:
        return Unknown()
    match node:
        case ast.Constant(value=None | str() | bool() | int() | float() as value):
            return Written(value)
        case ast.Constant(value=bytes() as value):
            return Written(value.decode("latin-1"))
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return _list(parts, names, depth)
        case ast.Name(id=name) if name in names.values:
            return value_of(names.values[name], names, depth + 1)
        case ast.BoolOp(op=ast.Or(), values=[first, *_, last]):
            return _otherwise(first, value_of(last, names, depth + 1), names)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compared(left, operator, right, names, depth + 1)
        case ast.Call():
            return _call(node, names, depth)
        case _:
            return Unknown()


def is_on(value: Plain) -> bool:
    """True for what switches something on, also as a text that is cast."""
    return (
        value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in ("true", "1", "yes", "on"))
    )


def reads_environment(node: ast.expr, names: Names) -> bool:
    """True when anything in an expression comes from the environment, also through names of the module."""
    inner = [each for each in ast.walk(node) if isinstance(each, ast.expr)]
    followed = [names.values[each.id] for each in inner if isinstance(each, ast.Name) and each.id in names.values]
    every = [each for value in (node, *followed) for each in ast.walk(value) if isinstance(each, ast.expr)]
    return any(read_at(each, names) is not None or names.origin(each).startswith("os.environ") for each in every)


def _list(parts: list[ast.expr], names: Names, depth: int) -> Value:
    found: list[Plain] = []
    for part in parts:
        match value_of(part, names, depth + 1):
            case Written(value):
                found.append(value)
            case _:
                return Unknown()
    return Written(tuple(found))


def _otherwise(first: ast.expr, last: Value, names: Names) -> Value:
    """`os.environ.get("X") or "y"`."""
    reads = [read for each in ast.walk(first) if isinstance(each, ast.expr) and (read := read_at(each, names))]
    if reads and isinstance(last, Written):
        return Fallback(last.value, reads[0].name)
    return Unknown()


def _call(node: ast.Call, names: Names, depth: int) -> Value:
    read = read_at(node, names)
    if read is not None:
        given = _default(node)
        match value_of(given, names, depth + 1) if given is not None else Unknown():
            case Written(value):
                return Fallback(value, read.name)
            case _:
                return Unknown()
    if isinstance(node.func, ast.Name) and node.func.id == "bool" and len(node.args) == 1:
        match value_of(node.args[0], names, depth + 1):
            case Fallback(value, variable):
                return Fallback(bool(value), variable)
            case _:
                return Unknown()
    return Unknown()


def _default(node: ast.Call) -> ast.expr | None:
    named = keyword(node, "default")
    return named if named is not None else (node.args[-1] if len(node.args) > 1 else None)


def _compared(left: ast.expr, operator: ast.cmpop, right: ast.expr, names: Names, depth: int) -> Value:
    """`os.getenv("DEBUG", "True").lower() == "true"`, `… in ("1", "true")`."""
    lowered = (
        isinstance(left, ast.Call) and isinstance(left.func, ast.Attribute) and left.func.attr in ("lower", "casefold")
    )
    inner = left.func.value if lowered and isinstance(left, ast.Call) and isinstance(left.func, ast.Attribute) else left
    first, second = value_of(inner, names, depth), value_of(right, names, depth)
    if not isinstance(first, Fallback) or not isinstance(second, Written):
        return Unknown()
    value = str(first.value).lower() if lowered else first.value
    match operator:
        case ast.Eq():
            return Fallback(value == second.value, first.variable)
        case ast.NotEq():
            return Fallback(value != second.value, first.variable)
        case ast.In() if isinstance(second.value, tuple):
            return Fallback(value in second.value, first.variable)
        case _:
            return Unknown()
