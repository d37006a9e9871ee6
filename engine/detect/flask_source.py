"""Finds the Flask object or factory in Python sources, by reading them."""

import ast
import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.detect.tree import FileTree

#: Where applications usually live, best first.
USUAL = ("wsgi.py", "app.py", "application.py", "main.py", "server.py", "run.py", "api.py", "index.py", "__init__.py")
NOT_THE_APPLICATION = re.compile(
    r"(^|/)(tests?|docs?|migrations|examples?)/|(^|/)(test_\w+|conftest|setup|noxfile)\.py$"
)
FACTORIES = ("create_app", "make_app", "build_app", "get_app")
OBJECTS = ("app", "application", "api", "server")
#: Files that are read at most, and bytes of one.
FILES_READ = 300
SIZE_READ = 512 * 1024
#: For sources that Python can't parse: the error should come from the start, with file and line.
OBJECT_LINE = re.compile(r"^(\w+)\s*(?::[^=]+)?=\s*(?:flask\.)?Flask\(", re.MULTILINE)


@dataclass(frozen=True)
class FlaskTarget:
    """Where the application is."""

    file: str
    #: As imported from `import_root`, such as `shop.web`.
    module: str
    #: `app`, or `create_app()` for a factory.
    name: str
    #: Folder that must be on the import path; `.` for the application's own.
    import_root: str

    @property
    def text(self) -> str:
        """`module:name`, as gunicorn and Flask take it."""
        return f"{self.module}:{self.name}"


def find(files: FileTree) -> FlaskTarget | None:
    """The most likely Flask application of a tree."""
    sources = [path for path in files.paths() if path.endswith(".py") and not NOT_THE_APPLICATION.search(path)]
    best: tuple[tuple[int, ...], FlaskTarget] | None = None
    for path in sorted(sources, key=_depth_and_place)[:FILES_READ]:
        data = files.read(path) or b""
        name = _name_in(data.decode(errors="replace")) if len(data) <= SIZE_READ else None
        if name is None:
            continue
        rank = (name.endswith("()"), *_depth_and_place(path)[:2])
        if best is None or rank < best[0]:
            best = (rank, _target(path, name, files.paths()))
    return best[1] if best else None


def _depth_and_place(path: str) -> tuple[int, int, str]:
    name = posixpath.basename(path)
    return path.count("/"), USUAL.index(name) if name in USUAL else len(USUAL), path


def _name_in(source: str) -> str | None:
    """The name of the Flask object or factory that a source defines at its top level."""
    if "lask" not in source and "create_app" not in source:
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = OBJECT_LINE.search(source)
        return found[1] if found else None
    objects = [name for name, value in _assignments(tree.body) if _makes_an_application(value)]
    if objects:
        return min(objects, key=lambda name: OBJECTS.index(name) if name in OBJECTS else len(OBJECTS))
    factories = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_factory(node)]
    return f"{factories[0]}()" if factories else None


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Names that are set when the module is imported, also inside `if` and `try`."""
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name), *_], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.If() if not _runs_as_script(node):
                yield from _assignments([*node.body, *node.orelse])
            case ast.Try():
                yield from _assignments([*node.body, *node.orelse, *node.finalbody])
            case ast.With():
                yield from _assignments(node.body)
            case _:
                pass


def _runs_as_script(node: ast.If) -> bool:
    return "__name__" in {each.id for each in ast.walk(node.test) if isinstance(each, ast.Name)}


def _makes_an_application(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _called(value) in ("Flask", *FACTORIES)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_factory(node: ast.FunctionDef) -> bool:
    """A function that can be called without arguments and makes a Flask object."""
    needed = len(node.args.args) - len(node.args.defaults)
    makes = any(isinstance(each, ast.Call) and _called(each) == "Flask" for each in ast.walk(node))
    return needed <= 0 and makes and node.name in FACTORIES


def _target(path: str, name: str, paths: Collection[str]) -> FlaskTarget:
    """Splits a path into the folder to import from and the module below it."""
    folder, file = posixpath.split(path)
    words = [] if file == "__init__.py" else [file.removesuffix(".py")]
    while folder and f"{folder}/__init__.py" in paths:
        folder, package = posixpath.split(folder)
        words.insert(0, package)
    return FlaskTarget(path, ".".join(words) or "__init__", name, folder or ".")
