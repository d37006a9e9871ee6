"""The routes of Django: `path(…)` in the lists that ROOT_URLCONF leads to. Patterns aren't read."""

import ast
from collections.abc import Iterator

from engine.detect.routes.python_names import Module, Modules, called
from engine.detect.routes.route import Route, joined

#: How deep `include` is followed.
DEEPEST = 6


def django_routes(modules: Modules) -> set[Route]:
    """Every simple route; a view is taken to answer GET."""
    found: set[Route] = set()
    for module in modules.by_path.values():
        if dotted := module.texts.get("ROOT_URLCONF"):
            urls = modules.file_of(module.path, dotted)
            found |= set(_routes(modules, urls, "/", 0)) if urls else set()
    return found


def _routes(modules: Modules, module: Module, prefix: str, depth: int) -> Iterator[Route]:
    for call in _patterns(module):
        match call.args:
            case [ast.Constant(value=str() as text), ast.Call() as inner, *_] if called(inner) == "include":
                included = _included(modules, module, inner)
                if included and depth < DEEPEST:
                    yield from _routes(modules, included, joined(prefix, text) if text else prefix, depth + 1)
            case [ast.Constant(value=str() as text), view, *_] if not _is_a_site(view):
                yield Route("GET", joined(prefix, text) if text else prefix, module.path, call.lineno)
            case _:
                pass


def _patterns(module: Module) -> Iterator[ast.Call]:
    """The calls of `path` in `urlpatterns`, where nothing decides whether they count."""
    for node in module.tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name("urlpatterns")], value=ast.List(elts=elements))
                | ast.AugAssign(target=ast.Name("urlpatterns"), value=ast.List(elts=elements))
            ):
                yield from (each for each in elements if isinstance(each, ast.Call) and called(each) == "path")
            case _:
                pass


def _included(modules: Modules, module: Module, include: ast.Call) -> Module | None:
    match include.args:
        case [ast.Constant(value=str() as dotted), *_] | [
            ast.Tuple(elts=[ast.Constant(value=str() as dotted), *_]),
            *_,
        ]:
            return modules.file_of(module.path, dotted)
        case _:
            return None


def _is_a_site(view: ast.expr) -> bool:
    """True for `admin.site.urls` and the like, which are many routes."""
    return isinstance(view, ast.Attribute) and view.attr == "urls"
