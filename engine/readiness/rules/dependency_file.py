"""What the code and the start command need is named where installs read it."""

import re
from collections.abc import Iterator

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.javascript_source import javascript_sources
from engine.readiness.sources.python_requirements import PythonRequirements
from engine.readiness.sources.python_source import imported, python_sources
from engine.readiness.sources.serving import serving
from engine.readiness.sources.stack import PYTHON_SERVERS, Stack, stack_of

#: Program of a start command → the packages that bring it.
PROGRAMS = {
    "gunicorn": ("gunicorn",),
    "uvicorn": ("uvicorn",),
    "hypercorn": ("hypercorn",),
    "daphne": ("daphne",),
    "waitress-serve": ("waitress",),
    "streamlit": ("streamlit",),
    "flask": ("flask",),
    "fastapi": ("fastapi", "fastapi-cli"),
}
TYPED = (".ts", ".mts", ".cts", ".tsx")
FRAMEWORKS = ("flask", "fastapi", "django")
REQUIRED = re.compile(r"\b(?:require\s*\(|from|import)\s*[\"'](express|fastify|koa|next)[\"']")
#: Any file that names dependencies, wherever it lies.
NAMES_DEPENDENCIES = re.compile(
    r"(^|/)([\w.-]*requirements[\w.-]*\.(txt|in)|requirements/[^/]+\.txt|pyproject\.toml|Pipfile|setup\.(py|cfg)"
    r"|environment\.ya?ml|conda\.ya?ml|Dockerfile[^/]*|BUILD(\.bazel)?|default\.nix|flake\.nix)$"
)


def check(facts: Facts) -> Verdict:
    """One hit for each thing that is needed and named nowhere."""
    if facts.project.install is not None:
        # slipway.yml says how it is installed.
        return NotApplicable()
    stack = stack_of(facts)
    tree = application(facts)
    found = [*_python(facts, tree, stack), *_node(facts, tree, stack)]
    named = bool(stack.requirements.files) or bool(stack.package and stack.package.every_name)
    return broken_by(found) if found or named else NotApplicable()


def _python(facts: Facts, tree: FileTree, stack: Stack) -> Iterator[Hit]:
    if not stack.python_serves or stack.requirements.unreadable:
        return
    if not stack.requirements.files:
        if any(NAMES_DEPENDENCIES.search(path) for path in facts.tree.paths()):
            return
        for source in python_sources(tree, *PYTHON_SERVERS):
            for name, line in imported(source.module):
                if name in PYTHON_SERVERS:
                    message = f"It imports {name}, and no file names what to install."
                    yield Hit(message, in_repository(facts, source.path), line, key=name)
                    return
        return
    yield from _unnamed_framework(facts, tree, stack.requirements)
    yield from _unnamed_server(facts, stack.requirements)


def _unnamed_framework(facts: Facts, tree: FileTree, named: PythonRequirements) -> Iterator[Hit]:
    """Something like flask-sqlalchemy brings flask: then it isn't told."""
    every = {each.name for each in named.requirements}
    lacking = {name for name in FRAMEWORKS if not any(name in each for each in every)}
    if not lacking or any(each.direct for each in named.requirements):
        return
    for source in python_sources(tree, *lacking):
        for name, line in imported(source.module):
            if name in lacking:
                lacking.remove(name)
                message = f"It imports {name}, which {named.files[0]} doesn't name."
                yield Hit(message, in_repository(facts, source.path), line, key=name)


def _unnamed_server(facts: Facts, named: PythonRequirements) -> Iterator[Hit]:
    start = serving(facts)
    if start is None or not start.written or start.elsewhere or start.folder != ".":
        return
    packages = PROGRAMS.get(start.program, ())
    every = {each.name for each in named.requirements} | {
        extra for each in named.requirements if each.name in ("fastapi", "uvicorn") for extra in each.extras
    }
    if start.program == "uvicorn" and every & {"standard", "all", "fastapi-cli"}:
        return
    if not packages or every & set(packages) or any(each.direct for each in named.requirements):
        return
    message = f"It is started by {start.program}, which {named.files[0]} doesn't name."
    yield Hit(message, start.path, start.line, key=start.program)


def _node(facts: Facts, tree: FileTree, stack: Stack) -> Iterator[Hit]:
    """The framework alone: any other module may come with one that is named."""
    if stack.package is not None and (not stack.package.readable or "workspaces" in stack.package.content):
        return
    every = stack.package.every_name if stack.package else frozenset()
    others = [path for path in facts.tree.paths() if path.endswith("/package.json")]
    if others or stack.python_serves:
        return
    told: set[str] = set()
    # Types alone may be imported in TypeScript, and `@nestjs/platform-express` brings express.
    for source in javascript_sources(tree, "express", "fastify", "koa", "next"):
        for found in REQUIRED.finditer(source.uncommented):
            name = found[1]
            if name in told or source.path.endswith(TYPED) or any(name in each for each in every):
                continue
            told.add(name)
            rest = "which package.json doesn't name" if stack.package else "and there is no package.json"
            line = source.line(found.start())
            yield Hit(f"It requires {name}, {rest}.", in_repository(facts, source.path), line, key=name)


RULE = Rule(
    id="dependency-file",
    title="A file names what must be installed",
    severity=Severity.BLOCKING,
    why="What isn't named isn't installed: it starts where it was written and nowhere else.",
    fix="Add the package to `requirements.txt` (or `pyproject.toml`), or `npm install --save` it, and commit the file.",
    link="https://12factor.net/dependencies",
    check=check,
    good=Example({"app.py": "import flask\napp = flask.Flask(__name__)\n", "requirements.txt": "flask==3.1.2\n"}),
    bad=Example({"app.py": "from flask import Flask\n\napp = Flask(__name__)\n"}),
    details=(
        "Looked at: web frameworks that the code imports, and the server that the start command names (gunicorn, "
        "uvicorn, …), against `requirements.txt` with what it includes, `pyproject.toml`, `Pipfile`, `setup.cfg`, "
        "`environment.yml` and `package.json`. Other imports aren't compared: a package's import name often differs, "
        "and another package may bring it."
    ),
)
