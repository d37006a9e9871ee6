"""What the names of Python modules stand for, followed through imports and factories, by reading."""

import ast
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.detect.routes.application import parsed
from engine.detect.routes.route import Place

#: What makes an application or a part of one, by the last word of what is called.
APPLICATIONS = frozenset({"Flask", "APIFlask", "Quart", "FastAPI"})
PARTS = frozenset({"Blueprint", "APIBlueprint", "APIRouter"})
#: How deep imports are followed.
DEEPEST = 12


@dataclass(frozen=True)
class Imported:
    """A name that another module has: `attribute` of it, or the module itself when empty."""

    module: str
    attribute: str


@dataclass
class Module:
    """One file."""

    path: str
    tree: ast.Module
    imported: dict[str, Imported] = field(default_factory=dict)
    #: Name → every call whose result it is given.
    made: dict[str, list[ast.Call]] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Modules:
    """Every file of the application."""

    by_path: dict[str, Module]

    def place_of(self, module: Module, expression: ast.expr, depth: int = 0) -> Place | None:
        """What holds routes behind an expression: a name, an attribute of a module, a call of a factory."""
        if depth > DEEPEST:
            return None
        match expression:
            case ast.Name(id=name):
                return self._named(module, name, depth)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in module.imported:
                found = self._module_behind(module, module.imported[owner])
                return self._named(found, name, depth + 1) if found else None
            case ast.Call(func=called):
                return self._returned(module, called, depth)
            case _:
                return None

    def application_named(self, module: Module, name: str) -> Place | None:
        """The application that a module has by that name, made there, elsewhere or by a factory."""
        return self.place_of(module, ast.Name(name)) or self._returned(module, ast.Name(name), 0)

    def _named(self, module: Module, name: str, depth: int) -> Place | None:
        if any(called(call) in APPLICATIONS | PARTS for call in module.made.get(name, ())):
            return Place(module.path, name)
        if name in module.made:
            return self.place_of(module, module.made[name][0], depth + 1)
        if name in module.imported:
            link = module.imported[name]
            found = self.file_of(module.path, link.module)
            return self._named(found, link.attribute, depth + 1) if found and link.attribute else None
        return None

    def _returned(self, module: Module, function: ast.expr, depth: int) -> Place | None:
        """The application that a factory makes."""
        match function:
            case ast.Name(id=name) if name in module.functions:
                return _made_inside(module, module.functions[name])
            case ast.Name(id=name) if name in module.imported and depth <= DEEPEST:
                link = module.imported[name]
                found = self.file_of(module.path, link.module)
                return self._returned(found, ast.Name(link.attribute), depth + 1) if found else None
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in module.imported:
                found = self._module_behind(module, module.imported[owner])
                return self._returned(found, ast.Name(name), depth + 1) if found else None
            case _:
                return None

    def _module_behind(self, module: Module, link: Imported) -> Module | None:
        glue = "." if link.attribute and not link.module.endswith(".") else ""
        return self.file_of(module.path, f"{link.module}{glue}{link.attribute}")

    def file_of(self, importer: str, dotted: str) -> Module | None:
        """The file of a module, looked for in the folders above whoever imports it."""
        level = len(dotted) - len(dotted.lstrip("."))
        inner = dotted.lstrip(".").replace(".", "/")
        folder = posixpath.dirname(importer)
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            return self._file(posixpath.join(folder, inner))
        while True:
            found = self._file(posixpath.join(folder, inner)) or self._file(posixpath.join(folder, "src", inner))
            if found or not folder:
                return found
            folder = posixpath.dirname(folder)

    def _file(self, base: str) -> Module | None:
        return self.by_path.get(f"{base}.py") or self.by_path.get(posixpath.join(base, "__init__.py"))


def read_modules(sources: list[tuple[str, str]]) -> Modules:
    """The modules of these texts; what can't be parsed isn't among them."""
    trees = ((path, parsed(text)) for path, text in sources)
    return Modules({path: _module(path, tree) for path, tree in trees if tree is not None})


def called(call: ast.Call) -> str:
    """The last word of what is called: `Flask` of `flask.Flask(…)`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def statements(body: list[ast.stmt], *, conditional: bool) -> Iterator[ast.stmt]:
    """Every statement of a body and of functions in it; those below `if` only when told so; classes are left out."""
    for node in body:
        yield node
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.With() | ast.AsyncWith():
                yield from statements(node.body, conditional=conditional)
            case ast.Try():
                yield from statements([*node.body, *node.orelse, *node.finalbody], conditional=conditional)
            case ast.If() if conditional:
                yield from statements([*node.body, *node.orelse], conditional=conditional)
            case _:
                pass


def _module(path: str, tree: ast.Module) -> Module:
    module = Module(path, tree)
    for node in statements(tree.body, conditional=True):
        match node:
            case ast.Import(names=names):
                module.imported |= {each.asname: Imported(each.name, "") for each in names if each.asname}
                module.imported |= {each.name: Imported(each.name, "") for each in names if "." not in each.name}
            case ast.ImportFrom(module=name, names=names, level=level):
                dotted = "." * level + (name or "")
                module.imported |= {each.asname or each.name: Imported(dotted, each.name) for each in names}
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                _assign(module, name, value)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                module.functions.setdefault(name, node)
            case _:
                pass
    return module


def _assign(module: Module, name: str, value: ast.expr) -> None:
    match value:
        case ast.Call():
            module.made.setdefault(name, []).append(value)
        case ast.Constant(value=str() as text):
            module.texts[name] = text
        case _:
            pass


def _made_inside(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Place | None:
    for node in statements(function.body, conditional=True):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call)
            ) if called(call) in APPLICATIONS:
                return Place(module.path, name)
            case _:
                pass
    return None
