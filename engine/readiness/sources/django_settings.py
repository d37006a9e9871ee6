"""The settings that Django serves with: the module that wsgi.py names, and what it imports whole."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import PythonSource, python_source, python_sources

#: Which file is believed about the module, best first.
NAMED_IN = ("wsgi.py", "asgi.py", "manage.py")
#: A module without any of these isn't what it serves with.
SETTINGS = frozenset({"INSTALLED_APPS", "ROOT_URLCONF", "DATABASES", "ALLOWED_HOSTS", "DEBUG", "SECRET_KEY"})
#: Why nothing is said where the module can't be told.
UNNAMED = "which settings module Django serves with isn't named in wsgi.py or manage.py"
#: How deep `from .base import *` is followed.
DEEPEST = 5


@dataclass(frozen=True)
class Setting:
    """What a setting is last given."""

    value: ast.expr
    #: In the repository.
    path: str
    line: int
    #: False: an `if` or `try` has a word in it too, or something is put into it later.
    sure: bool
    names: Names


@dataclass(frozen=True)
class DjangoSettings:
    """All of them."""

    #: In the repository.
    path: str
    settings: Mapping[str, Setting]
    #: True: something that isn't in the repository is imported whole at its end, and may say otherwise.
    open_end: bool


def django_settings(facts: Facts) -> DjangoSettings | None:
    """The settings; None when it isn't Django or the module can't be told."""
    tree = application(facts)
    path = _module_path(facts, tree)
    source = python_source(tree, path) if path else None
    if source is None:
        return None
    reading = _Reading(facts, tree)
    reading.module(source, 0, sure=True)
    if not SETTINGS & reading.settings.keys():
        # A package whose modules are chosen by the environment.
        return None
    return DjangoSettings(in_repository(facts, path), reading.settings, reading.open_end)


@dataclass
class _Reading:
    """What was read so far."""

    facts: Facts
    tree: FileTree
    settings: dict[str, Setting] = field(default_factory=dict)
    open_end: bool = False

    def module(self, source: PythonSource, depth: int, *, sure: bool) -> None:
        """Adds what a module says; what is said later wins."""
        self._body(source, source.module.body, Names.of(source.module), depth, sure=sure)

    def _body(self, source: PythonSource, body: list[ast.stmt], names: Names, depth: int, *, sure: bool) -> None:
        for node in body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    self._set(source, name, value, names, sure=sure)
                case ast.AugAssign(target=ast.Name(id=name), value=value):
                    self._set(source, name, value, names, sure=False)
                case ast.ImportFrom(names=[ast.alias(name="*")]):
                    self._import(source, node, depth, sure=sure)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
                    self._doubt(name)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                    self._doubt(name)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Subscript(value=ast.Name(id=name))))):
                    self._doubt(name)
                case ast.If():
                    self._body(source, [*node.body, *node.orelse], names, depth, sure=False)
                case ast.Try():
                    handled = [each for handler in node.handlers for each in handler.body]
                    self._body(source, [*node.body, *handled, *node.orelse], names, depth, sure=False)
                case _:
                    pass

    def _set(self, source: PythonSource, name: str, value: ast.expr, names: Names, *, sure: bool) -> None:
        self.settings[name] = Setting(value, in_repository(self.facts, source.path), value.lineno, sure, names)

    def _doubt(self, name: str) -> None:
        """Something is put into it: `ALLOWED_HOSTS.append(…)`, `DATABASES["default"] = …`."""
        if name in self.settings:
            self.settings[name] = replace(self.settings[name], sure=False)

    def _import(self, source: PythonSource, node: ast.ImportFrom, depth: int, *, sure: bool) -> None:
        other = _imported(self.tree, source.path, node)
        if other is None or depth >= DEEPEST:
            self.open_end = True
        else:
            self.module(other, depth + 1, sure=sure)


def _module_path(facts: Facts, tree: FileTree) -> str:
    said = facts.plan.environment.get("DJANGO_SETTINGS_MODULE", "") if facts.plan else ""
    named: dict[str, str] = {}
    for source in python_sources(tree, "DJANGO_SETTINGS_MODULE"):
        for call in source.calls():
            match call.args:
                case [ast.Constant(value="DJANGO_SETTINGS_MODULE"), ast.Constant(value=str() as module)]:
                    named.setdefault(source.path.rsplit("/", 1)[-1], module)
                case [ast.Constant(value="DJANGO_SETTINGS_MODULE"), _]:
                    # Which one is decided where it runs.
                    named.setdefault(source.path.rsplit("/", 1)[-1], "")
                case _:
                    pass
    module = said or next((named[file] for file in NAMED_IN if file in named), "")
    base = module.replace(".", "/")
    endings = (f"{base}.py", f"{base}/__init__.py")
    paths = [path for path in tree.paths() if module and f"/{path}".endswith(tuple(f"/{each}" for each in endings))]
    return min(paths, key=lambda path: path.count("/"), default="")


def _imported(tree: FileTree, importer: str, node: ast.ImportFrom) -> PythonSource | None:
    folders = importer.split("/")[:-1]
    words = (node.module or "").split(".") if node.module else []
    if node.level:
        base = [*folders[: len(folders) - (node.level - 1)], *words]
        return python_source(tree, "/".join(base) + ".py") or python_source(tree, "/".join([*base, "__init__.py"]))
    ending = re.compile(rf"(^|/){re.escape('/'.join(words))}(/__init__)?\.py$")
    found = [path for path in tree.paths() if ending.search(path)]
    return python_source(tree, min(found, key=len)) if found else None
