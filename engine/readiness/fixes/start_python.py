"""How a Django or FastAPI application starts that Slipway doesn't detect: only where its files leave one answer."""

import ast

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, is_application
from engine.readiness.sources.python_source import dotted, python_sources
from engine.readiness.sources.stack import stack_of

ADDRESS = "0.0.0.0"  # noqa: S104 - what a Procfile has to say


def python_start(facts: Facts) -> str | None:
    """The command, by a server that the requirements name; None: there are several answers, or none."""
    tree, stack = application(facts), stack_of(facts)
    named = stack.requirements.names
    if "django" in stack.frameworks and "gunicorn" in named:
        module = _wsgi_module(tree)
        return f"gunicorn {module} --bind {ADDRESS}:$PORT" if module else None
    if stack.frameworks == {"fastapi"} and "uvicorn" in named:
        target = _fastapi_target(tree)
        return f"uvicorn {target} --host {ADDRESS} --port $PORT" if target else None
    return None


def _wsgi_module(tree: FileTree) -> str | None:
    """The `wsgi.py` of the package beside `manage.py`."""
    found = [path for path in tree.paths() if path.endswith("/wsgi.py") and is_application(path)]
    if tree.read("manage.py") is None or len(found) != 1 or found[0].count("/") != 1:
        return None
    return _module(tree, found[0])


def _fastapi_target(tree: FileTree) -> str | None:
    """The one object that is made at the top level of a module."""
    sources = list(python_sources(tree, "FastAPI"))
    made = [call for source in sources for call in source.calls() if dotted(call.func).endswith("FastAPI")]
    found = [
        (source.path, name.id)
        for source in sources
        for node in source.module.body
        if isinstance(node, ast.Assign) and node.value in made
        for name in node.targets
        if isinstance(name, ast.Name)
    ]
    module = _module(tree, found[0][0]) if len(made) == len(found) == 1 else None
    return f"{module}:{found[0][1]}" if module else None


def _module(tree: FileTree, path: str) -> str | None:
    """As it is imported from the application's folder; None when a folder on the way is no package."""
    *folders, file = path.split("/")
    for depth in range(1, len(folders) + 1):
        if tree.read("/".join([*folders[:depth], "__init__.py"])) is None:
            return None
    words = [*folders, file.removesuffix(".py")]
    return ".".join(words) if all(word.isidentifier() for word in words) else None
