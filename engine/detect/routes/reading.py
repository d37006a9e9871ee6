"""Reads the routes of the application that a plan starts."""

import re
from collections.abc import Sequence

from engine.detect.routes.application import JAVASCRIPT, PYTHON, readable, sources, start_of
from engine.detect.routes.django_urls import django_routes
from engine.detect.routes.express_names import read_scripts
from engine.detect.routes.express_routes import ExpressRoutes
from engine.detect.routes.python_names import Modules, read_modules
from engine.detect.routes.python_routes import PythonRoutes
from engine.detect.routes.route import Place, Route
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan

#: `shop.web:app`, `shop:create_app()`
TARGET = re.compile(r"(?P<module>[A-Za-z_][\w.]*):(?P<name>[A-Za-z_]\w*)(?:\(\))?")


def routes_of(tree: FileTree, plan: AppPlan) -> tuple[Route, ...]:
    """The routes that are sure, sorted; none when it isn't sure which of several applications is started."""
    python, scripts = sources(tree, plan.root, PYTHON), sources(tree, plan.root, JAVASCRIPT)
    scripts += _started_scripts(tree, plan)
    found = _python(python, plan) | _express(scripts, plan)
    return tuple(sorted(found, key=lambda each: (each.path, each.method, each.file, each.line)))


def _python(texts: list[tuple[str, str]], plan: AppPlan) -> set[Route]:
    modules = read_modules(texts)
    reader = PythonRoutes(modules)
    mounts = reader.read()
    every = reader.applications
    started = _started_python(modules, plan, every) or every
    return django_routes(modules) | (mounts.below(started[0]) if len(started) == 1 else set())


def _started_python(modules: Modules, plan: AppPlan, every: list[Place]) -> list[Place]:
    """The application that the start command names; empty when it names none."""
    folder = start_of(plan.root)
    words = _words(plan.start)
    flask = plan.environment.get("FLASK_APP", "") if "flask" in words else ""
    for word in (*words, flask):
        module, name = modules.by_path.get(folder + word.removeprefix("./")), ""
        if target := TARGET.fullmatch(word):
            module, name = modules.file_of(f"{folder}-", target["module"]), target["name"]
        if module is not None:
            names = [name] if name else [*module.made, *module.imported]
            found = {modules.application_named(module, each) for each in names}
            if places := [place for place in every if place in found]:
                return places
    return []


def _express(texts: list[tuple[str, str]], plan: AppPlan) -> set[Route]:
    scripts = read_scripts(texts)
    reader = ExpressRoutes(scripts)
    mounts = reader.read()
    every = reader.applications
    folder = start_of(plan.root)
    for word in _words(plan.start) if len(every) > 1 else ():
        if script := scripts.by_path.get(folder + word.removeprefix("./")):
            names = (*script.made, *script.imported)
            found = {scripts.named(script, name) for name in names}
            every = [place for place in every if place in found]
    return mounts.below(every[0]) if len(every) == 1 else set()


def _started_scripts(tree: FileTree, plan: AppPlan) -> list[tuple[str, str]]:
    """A script that is started and has no ending, such as `bin/www`."""
    folder = start_of(plan.root)
    paths = [folder + word.removeprefix("./") for word in _words(plan.start)] if plan.runtime == "node" else []
    return [(path, readable(tree, path)) for path in paths if "." not in path.rsplit("/", 1)[-1] and tree.read(path)]


def _words(start: Sequence[str]) -> list[str]:
    """The words of a start command, also of one that a shell reads."""
    return [word for part in start for word in part.split()]
