"""Python sources of the application, parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from engine.detect.routes.application import parsed
from engine.detect.tree import FileTree
from engine.readiness.sources.application import PYTHON_MANIFESTS, application_texts, text_of

#: Words of a dotted name that is read; nobody's are longer.
LONGEST_NAME = 30


@dataclass(frozen=True)
class PythonSource:
    """One module; `path` is relative to the application's folder."""

    path: str
    text: str
    module: ast.Module

    def calls(self) -> Iterator[ast.Call]:
        """Every call in it."""
        return (node for node in ast.walk(self.module) if isinstance(node, ast.Call))


def python_sources(tree: FileTree, *words: str) -> Iterator[PythonSource]:
    """The application's modules in which one of `words` stands; what Python can't parse is left out."""
    for path, text in application_texts(tree, (".py",), PYTHON_MANIFESTS):
        if any(word in text for word in words):
            source = _parsed(path, text)
            if source is not None:
                yield source


def python_source(tree: FileTree, path: str) -> PythonSource | None:
    """One module; None when it isn't there or Python can't parse it."""
    text = text_of(tree, path)
    return None if text is None else _parsed(path, text)


def _parsed(path: str, text: str) -> PythonSource | None:
    # Many rules read the same sources.
    module = parsed(text)
    return None if module is None else PythonSource(path, text, module)


def dotted(node: ast.expr) -> str:
    """`os.environ.get` of such an expression; empty for anything but names and attributes."""
    names: list[str] = []
    while isinstance(node, ast.Attribute) and len(names) < LONGEST_NAME:
        names.append(node.attr)
        node = node.value
    return ".".join(reversed([*names, node.id])) if isinstance(node, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a call's keyword; None when it isn't given."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def literal(node: ast.expr | None) -> object:
    """The value of a literal string, number or truth value; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str | int | bool) else None


def imported(module: ast.Module) -> Iterator[tuple[str, int]]:
    """The first words of what is imported absolutely anywhere in it, with their lines."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from ((each.name.split(".")[0], node.lineno) for each in names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.split(".")[0], node.lineno
            case _:
                pass
