"""What an application is made of: languages, frameworks, what it names as required."""

from dataclasses import dataclass, replace

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, nearest
from engine.readiness.sources.javascript_source import javascript_source
from engine.readiness.sources.listening import node_file
from engine.readiness.sources.listening_node import by_node
from engine.readiness.sources.node_package import NodePackage, node_package
from engine.readiness.sources.python_requirements import LOCKS, PythonRequirements, python_requirements
from engine.readiness.sources.python_source import imported, python_sources
from engine.readiness.sources.requirement import Requirement
from engine.readiness.sources.serving import serving

#: Import name (which is the package's name too) of what answers requests in Python.
PYTHON_SERVERS = frozenset(
    {"flask", "django", "fastapi", "starlette", "tornado", "aiohttp", "sanic", "quart", "bottle", "streamlit", "dash"}
    | {"litestar", "falcon", "pyramid", "gradio"}
)
#: Package → framework.
NODE_SERVERS = {
    "express": "express",
    "next": "next",
    "koa": "koa",
    "fastify": "fastify",
    "@nestjs/core": "nest",
    "@hapi/hapi": "hapi",
    "hono": "hono",
    "@remix-run/serve": "remix",
    "socket.io": "socket.io",
}
#: Package → framework; they make static files.
NODE_BUILDERS = {
    "vite": "vite",
    "react-scripts": "react-scripts",
    "@angular/core": "angular",
    "@vue/cli-service": "vue-cli",
    "gatsby": "gatsby",
    "astro": "astro",
    "parcel": "parcel",
    "@11ty/eleventy": "eleventy",
    # These build a server for one platform or another, or static files.
    "nuxt": "nuxt",
    "@sveltejs/kit": "sveltekit",
}
STATIC = ("index.html", "public/index.html", "dist/index.html", "site/index.html", "docs/index.html", "www/index.html")


@dataclass(frozen=True)
class Stack:
    """What the application's folder holds."""

    #: True when it is a Python application: not for a lone script beside another one.
    python: bool
    #: True when there is a package.json, also one that only builds a Python application's style sheets.
    node: bool
    #: `flask`, `django`, `fastapi`, `express`, `next`, `vite`, `static`, …: whatever is seen.
    frameworks: frozenset[str]
    requirements: PythonRequirements
    package: NodePackage | None
    #: True when Python answers requests.
    python_serves: bool
    #: True when Node answers requests: by a framework, or by a started file that is seen to listen.
    node_serves: bool

    @property
    def required(self) -> tuple[Requirement, ...]:
        """What it needs where it serves, with the places that name it: Python's files first."""
        return (*self.requirements.runtime, *(self.package.dependencies if self.package else ()))

    @property
    def dependencies(self) -> frozenset[str]:
        """What both languages' files name for serving: lower case, Python's with hyphens."""
        return self.requirements.names | (self.package.names if self.package else frozenset())


def stack_of(facts: Facts) -> Stack:
    """The stack of the application's folder."""
    tree = application(facts)
    # A lock file of a workspace lies above.
    locks = nearest(facts.tree, facts.project.root, LOCKS)
    requirements = replace(python_requirements(tree), locks=locks)
    package = node_package(tree)
    python_frameworks = _python_frameworks(tree, requirements)
    node_frameworks = _node_frameworks(package)
    served_by_node = node_frameworks & set(NODE_SERVERS.values())
    starts = not python_frameworks and not node_frameworks and _listens(facts)
    frameworks = python_frameworks | node_frameworks
    if not frameworks and any(tree.read(name) is not None for name in STATIC):
        frameworks = frozenset({"static"})
    return Stack(
        python=bool(python_frameworks or requirements.files or requirements.unreadable),
        node=package is not None,
        frameworks=frameworks,
        requirements=requirements,
        package=package,
        python_serves=bool(python_frameworks),
        node_serves=bool(served_by_node) or starts,
    )


def _listens(facts: Facts) -> bool:
    """True when the start command starts a file of Node's that is seen to listen."""
    start = serving(facts)
    path = node_file(facts, start) if start else ""
    source = javascript_source(application(facts), path) if path else None
    return source is not None and by_node(source) is not None


def _python_frameworks(tree: FileTree, requirements: PythonRequirements) -> frozenset[str]:
    """What is named as required; where no file names anything, what is imported."""
    found = requirements.names & PYTHON_SERVERS
    if found:
        return found
    sources = python_sources(tree, *PYTHON_SERVERS)
    return frozenset(name for source in sources for name, _ in imported(source.module) if name in PYTHON_SERVERS)


def _node_frameworks(package: NodePackage | None) -> frozenset[str]:
    if package is None:
        return frozenset()
    servers = {word for name, word in NODE_SERVERS.items() if name in package.every_name}
    builders = {word for name, word in NODE_BUILDERS.items() if name in package.every_name}
    return frozenset(servers | builders)
