"""Whether the module and object of `gunicorn module:object` are in the tree."""

import ast
import posixpath
import re

from engine.detect.tree import FileTree
from engine.readiness.sources.python_source import python_source
from engine.readiness.sources.serving import Serving

SERVERS = ("gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve")
TARGET = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::(?P<name>[A-Za-z_]\w*)(?P<called>\(.*)?)?")
#: With these the module may lie anywhere.
ELSEWHERE = (
    "--chdir",
    "--pythonpath",
    "--app-dir",
    "--python-path",
    "-c",
    "--config",
    "--paste",
    "--call",
    "--factory",
)


def missing_target(tree: FileTree, serving: Serving) -> str:
    """A sentence about the module or object that isn't there; empty: it is there, or reading doesn't tell."""
    if serving.program not in SERVERS or serving.folder != "." or "PYTHONPATH" in serving.environment:
        return ""
    if any(word.split("=")[0] in ELSEWHERE for word in serving.words) or tree.read("gunicorn.conf.py") is not None:
        return ""
    targets = [found for word in serving.words if (found := TARGET.fullmatch(word)) and ":" in word]
    if len(targets) != 1:
        return ""
    module, name = targets[0]["module"], targets[0]["name"]
    if not _anywhere(tree, module):
        return f"It starts {targets[0][0]}, and there is no module {module} in the repository."
    file = next((path for path in _files(module) if tree.read(path) is not None), "")
    source = python_source(tree, file) if file else None
    if source is None or name is None or _has(source.module, name):
        return ""
    return f"It starts {targets[0][0]}, and {file} has no `{name}`."


def _files(module: str) -> tuple[str, ...]:
    path = module.replace(".", "/")
    return f"{path}.py", f"{path}/__init__.py"


def _anywhere(tree: FileTree, module: str) -> bool:
    """True when the module's first word is a file or a folder of Python's anywhere, or any compiled module."""
    first = module.split(".", maxsplit=1)[0]
    for path in tree.paths():
        folders = posixpath.dirname(path).split("/")
        if first in folders or posixpath.basename(path).split(".")[0] == first:
            return True
    return False


def _has(module: ast.Module, name: str) -> bool:
    """True when a module may have this name: it is written in it, or comes by a star or `__getattr__`."""
    for node in ast.walk(module):
        match node:
            case ast.alias(name="*"):
                return True
            case ast.alias(name=own, asname=other) if (other or own.split(".")[0]) == name:
                return True
            case ast.Name(id=own, ctx=ast.Store()) if own == name:
                return True
            case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own) | ast.ClassDef(name=own) if own in (
                name,
                "__getattr__",
            ):
                return True
            case ast.Call(func=ast.Name(id="globals" | "exec" | "setattr")):
                return True
            case _:
                pass
    return False
