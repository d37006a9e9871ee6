"""Whether what a visitor sends reaches a line of Python: then a risky call is sure, not only possible."""

import ast
import warnings
from dataclasses import dataclass

#: What holds a visitor's words in Flask, Django and Starlette.
REQUESTS = frozenset({"request", "req"})
WORDS = frozenset(
    {"args", "form", "values", "json", "get_json", "data", "get_data", "cookies", "headers", "files", "GET", "POST"}
    | {"COOKIES", "META", "body", "query_params", "path_params", "view_args"}
)
#: What comes out of these can't be anything that a visitor chooses freely.
HARMLESS = frozenset({"int", "float", "bool", "len", "UUID", "quote", "secure_filename", "exists", "escape"})


@dataclass(frozen=True)
class Reached:
    """Lines (from 1)."""

    #: Of calls that are given what a visitor sent.
    calls: frozenset[int] = frozenset()
    #: Of texts that are put together with it.
    texts: frozenset[int] = frozenset()


def reached(text: str) -> Reached:
    """Where a module's functions hand on what visitors send; nowhere in what Python can't parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        parts = [_reached_in(each) for each in functions]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Reached()
    return Reached(
        frozenset(line for part in parts for line in part.calls),
        frozenset(line for part in parts for line in part.texts),
    )


def _reached_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Reached:
    named = _names(function)
    calls: set[int] = set()
    texts: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            given = [*node.args, *(each.value for each in node.keywords)]
            if any(_is_said(each, named) for each in given):
                calls |= _lines(node)
            if isinstance(node.func, ast.Attribute) and node.func.attr == "format" and calls & _lines(node):
                texts |= _lines(node)
        if isinstance(node, ast.JoinedStr | ast.BinOp) and _is_said(node, named):
            texts |= _lines(node)
    return Reached(frozenset(calls), frozenset(texts))


def _lines(node: ast.expr) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """What a visitor's words are called in a function."""
    named = _from_the_path(function)
    made = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AnnAssign)]
    for node in sorted(made, key=lambda each: each.lineno):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and _is_said(node.value, named):
            named |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return named


def _from_the_path(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Parameters that `<name>` or `{name}` of a route's address fill."""
    routes = [
        each.value
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
        for each in decorator.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.startswith("/")
    ]
    # A converter such as `int:` leaves nothing to inject.
    texts = {word for route in routes for word in _words_of(route)}
    return {each.arg for each in function.args.args if each.arg in texts and not _is_number(each.annotation)}


def _words_of(route: str) -> list[str]:
    pieces = route.replace("{", "<").replace("}", ">").split("<")[1:]
    inside = [piece.split(">")[0] for piece in pieces]
    return [each.rpartition(":")[2] for each in inside if not each.startswith(("int:", "float:", "uuid:"))]


def _is_number(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id in ("int", "float", "bool", "UUID")


def _is_said(expression: ast.AST, named: set[str]) -> bool:
    """Holds a visitor's words, unless they were made a number or harmless."""
    match expression:
        case ast.Call(func=func) if ast.unparse(func).rpartition(".")[2] in HARMLESS:
            return False
        case ast.Name(id=name):
            return name in named
        case ast.Attribute(value=value, attr=attribute) if attribute in WORDS and _is_request(value):
            return True
        case _:
            inside = (each for each in ast.iter_child_nodes(expression) if isinstance(each, ast.expr | ast.keyword))
            return any(_is_said(each, named) for each in inside)


def _is_request(expression: ast.expr) -> bool:
    name = expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")
    return name in REQUESTS
