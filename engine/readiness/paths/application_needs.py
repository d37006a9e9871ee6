"""What an application asks of whatever runs it, with the evidence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.fixes import procfile
from engine.readiness.inspected import PathFile
from engine.readiness.paths.background import Process, background_processes
from engine.readiness.paths.machine_packages import machine_packages
from engine.readiness.paths.sockets import holds_sockets
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.environment import variables_read
from engine.readiness.sources.node_package import NodePackage
from engine.readiness.sources.serving import Serving, serving
from engine.readiness.sources.stack import NODE_BUILDERS, STATIC, Stack, stack_of
from engine.readiness.sources.start_line import start_lines

#: Frameworks that render on a server and are built first; both Vercel and Amplify take them as they are.
RENDERED = frozenset({"next", "nuxt", "astro", "sveltekit"})
#: Python packages that alone are larger than what one function may hold.
HEAVY = frozenset({"torch", "tensorflow", "tensorflow-cpu", "jax", "paddlepaddle", "onnxruntime-gpu", "vllm"})
#: Commands of one platform's file that mean the same everywhere.
SERVERS = ("gunicorn ", "uvicorn ", "hypercorn ", "daphne ", "waitress-serve ")


class Kind(StrEnum):
    """What it is, as far as a platform cares."""

    PYTHON = "python"
    NODE = "node"
    #: A framework that renders pages on a server, such as Next.js.
    RENDERED = "rendered"
    #: Files that are built once and then only served.
    BUILT = "built"
    STATIC = "static"
    #: A Dockerfile, and nothing else that is recognised.
    IMAGE = "image"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Needs:
    """What is known of an application before a platform is asked."""

    kind: Kind
    stack: Stack
    #: How it is started; None: nothing says so.
    start: Serving | None
    #: True: a file that everybody reads says how it is started.
    start_written: bool
    #: True: it holds WebSockets open.
    sockets: bool
    #: What runs beside what answers requests.
    background: tuple[Process, ...]
    #: One sentence each: programs and libraries of the system that it calls.
    packages: tuple[str, ...]
    #: Where data is written into a file beside the code, and where a database is looked for on the same machine.
    file_databases: tuple[Finding, ...]
    near_databases: tuple[Finding, ...]
    #: Names of required packages that are larger than a function may be.
    heavy: tuple[str, ...]
    #: Megabytes at rest; None: nobody measured.
    memory_mb: float | None
    #: Variables that it doesn't do without.
    variables: tuple[str, ...]
    #: The Procfile that says how it starts, where none says so; None: one does, or nobody knows.
    procfile: PathFile | None
    #: The folder of the application in the repository, `.` for all of it.
    root: str
    #: The folder in it that holds a static site's index.html; empty: the application's own.
    pages: str

    @property
    def django(self) -> bool:
        """True for a Django project."""
        return "django" in self.stack.frameworks


def needs_of(facts: Facts, findings: Sequence[Finding]) -> Needs:
    """What the facts say of it."""
    stack = stack_of(facts)
    databases = [each for each in findings if each.rule == "database-durable"]
    written = start_lines(facts)
    start = serving(facts)
    return Needs(
        kind=kind_of(facts, stack),
        stack=stack,
        start=start,
        start_written=any(not each.elsewhere for each in written),
        sockets=holds_sockets(facts, stack),
        background=background_processes(facts, stack),
        packages=machine_packages(facts, stack),
        file_databases=tuple(each for each in databases if each.key.endswith(":file")),
        near_databases=tuple(each for each in databases if not each.key.endswith(":file")),
        heavy=tuple(sorted(HEAVY & stack.requirements.names)),
        variables=tuple(dict.fromkeys(each.name for each in variables_read(facts) if not each.has_default)),
        procfile=_procfile(facts, start),
        memory_mb=facts.trial.memory_mb,
        root=facts.project.root,
        pages=next((path for path in STATIC if application(facts).read(path) is not None), "").rpartition("/")[0],
    )


def kind_of(facts: Facts, stack: Stack) -> Kind:
    """What answers requests decides; builders count when nothing does."""
    if stack.python_serves:
        return Kind.PYTHON
    if stack.frameworks & RENDERED:
        return Kind.RENDERED
    if stack.node_serves:
        return Kind.NODE
    if stack.frameworks & set(NODE_BUILDERS.values()) and _builds(stack.package):
        return Kind.BUILT
    if "static" in stack.frameworks or (facts.plan is not None and facts.plan.runtime == "static"):
        return Kind.STATIC
    if facts.plan is not None:
        return Kind.PYTHON if facts.plan.runtime == "python" else Kind.NODE
    return Kind.IMAGE if application(facts).read("Dockerfile") is not None else Kind.NOTHING


def _procfile(facts: Facts, start: Serving | None) -> PathFile | None:
    change = procfile.written(facts)
    if change is not None:
        return PathFile(change.path, change.content.decode(errors="replace"))
    if start is None or not start.elsewhere or not start.text.startswith(SERVERS):
        return None
    # gunicorn takes PORT by itself, unless it is told something else.
    alone = start.text.startswith("gunicorn ") and not ({"-b", "--bind", "-c", "--config"} & set(start.words))
    if "$PORT" not in start.text and not alone:
        return None
    return PathFile(in_repository(facts, procfile.NAME), f"web: {start.text}\n")


def _builds(package: NodePackage | None) -> bool:
    return package is not None and "build" in package.scripts
