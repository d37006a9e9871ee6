"""A lock file names every package, also those that come with others, and fits what is required."""

import json
import re
from collections.abc import Iterator
from typing import Any

from engine.detect.toml_text import NotToml, read_toml
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.named import some_of
from engine.readiness.sources.node_package import NodePackage, node_locks
from engine.readiness.sources.python_requirements import PythonRequirements
from engine.readiness.sources.requirement import Requirement, normal
from engine.readiness.sources.settings_file import table_in
from engine.readiness.sources.stack import Stack, stack_of

#: A package → one that always comes with it, and since which version: without it not everything is named.
COMES_WITH = {
    "flask": ("werkzeug", (0,)),
    "django": ("asgiref", (3,)),
    "fastapi": ("starlette", (0,)),
    "starlette": ("anyio", (0, 15)),
    "requests": ("urllib3", (2, 16)),
    "streamlit": ("tornado", (1,)),
    "dash": ("plotly", (1,)),
    "sqlalchemy": ("typing-extensions", (2,)),
    "gunicorn": ("packaging", (22,)),
    "uvicorn": ("h11", (0,)),
    "aiohttp": ("yarl", (2,)),
}
#: Bytes of a lock file that are read at most.
LOCK_SIZE = 16 * 1024 * 1024
FAMILIES = {"package-lock.json": "npm", "npm-shrinkwrap.json": "npm", "yarn.lock": "Yarn", "pnpm-lock.yaml": "pnpm",
            "bun.lock": "Bun", "bun.lockb": "Bun"}  # fmt: skip


def check(facts: Facts) -> Verdict:
    """Missing and doubled ones warn; one that npm refuses blocks."""
    stack = stack_of(facts)
    hits = [*_python(facts, stack), *_node(facts, stack)]
    named = bool(stack.python and stack.requirements.runtime) or _needs_one(stack.package)
    return broken_by(hits) if named else NotApplicable()


def _needs_one(package: NodePackage | None) -> bool:
    return package is not None and package.readable and bool(package.dependencies or package.development)


def _python(facts: Facts, stack: Stack) -> Iterator[Hit]:
    named = stack.requirements
    if not stack.python or not named.runtime:
        return
    if in_repository(facts, "uv.lock") in named.locks:
        yield from _behind_uv(facts, named)
    if named.locks:
        return
    path = in_repository(facts, named.runtime[0].path)
    exact = [each for each in named.runtime if each.exact]
    if len(exact) < len(named.runtime):
        yield Hit(f"No lock file: {path} alone doesn't say which versions are installed.", path, key="python")
        return
    for each in exact:
        companion, since = COMES_WITH.get(each.name, ("", ()))
        if companion and companion not in named.names and _version(each) >= since:
            message = f"{each.name} is pinned, {companion} that comes with it isn't: there is no lock file."
            yield Hit(message, path, each.line, key="python")
            return


def _version(requirement: Requirement) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", requirement.version)[:3])


def _behind_uv(facts: Facts, named: PythonRequirements) -> Iterator[Hit]:
    """`uv sync --frozen` installs what the lock file says, and leaves out what was added since."""
    text = text_of(application(facts), "uv.lock", LOCK_SIZE)
    try:
        content = read_toml(text or "")
    except NotToml:
        return
    packages = content.get("package")
    locked = {normal(str(table_in(each).get("name"))) for each in (packages if isinstance(packages, list) else ())}
    missing = [each for each in named.runtime if each.path == "pyproject.toml" and each.name not in locked]
    if locked and missing:
        message = f"uv.lock doesn't hold {some_of([each.name for each in missing])}: it is older than pyproject.toml."
        yield Hit(message, in_repository(facts, "pyproject.toml"), missing[0].line, "uv.lock", Severity.BLOCKING)


def _node(facts: Facts, stack: Stack) -> Iterator[Hit]:
    package = stack.package
    if package is None or not _needs_one(package):
        return
    locks = node_locks(facts.tree, facts.project.root)
    path = in_repository(facts, "package.json")
    if not locks:
        message = f"{path} has no lock file beside it: each install may bring other versions."
        yield Hit(message, path, key="node")
        return
    families = {FAMILIES[lock.rsplit("/", 1)[-1]] for lock in locks}
    if len(families) > 1:
        message = f"{' and '.join(locks)} lie side by side: each says something else, and some platforms refuse both."
        yield Hit(message, locks[0], key="both", fix="")
    yield from _behind_npm(facts, package)


def _behind_npm(facts: Facts, package: NodePackage) -> Iterator[Hit]:
    """`npm ci` stops where package.json requires what package-lock.json doesn't hold."""
    text = text_of(application(facts), "package-lock.json", LOCK_SIZE)
    locked = _root_of(text) if text is not None else None
    if locked is None or "workspaces" in package.content:
        return
    missing = [each for each in (*package.dependencies, *package.development) if each.name not in locked]
    if missing:
        message = (
            f"package-lock.json doesn't hold {some_of([each.name for each in missing])}: it is older than "
            "package.json, and `npm ci` stops."
        )
        yield Hit(message, in_repository(facts, "package.json"), missing[0].line, "package-lock", Severity.BLOCKING)


def _root_of(text: str) -> set[str] | None:
    """The names that a package-lock.json knows at its top; None when it can't be told."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    packages = content.get("packages")
    root = packages.get("") if isinstance(packages, dict) else None
    if isinstance(root, dict):
        kinds = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
        return {name for kind in kinds for name in table_in(root, kind)}
    dependencies = content.get("dependencies")
    return set(dependencies) if isinstance(dependencies, dict) else None


RULE = Rule(
    id="lock-file",
    title="A lock file fits what is required",
    severity=Severity.WARNING,
    why="Packages come with packages of their own: without a lock file two builds of one commit aren't the same.",
    fix="Commit `uv.lock`, `poetry.lock`, or a `requirements.txt` by `uv pip compile`; for Node, `package-lock.json`.",
    link="https://docs.astral.sh/uv/concepts/projects/layout/",
    check=check,
    good=Example(
        {
            "package.json": '{"dependencies": {"express": "^5.1.0"}}',
            "package-lock.json": '{"packages": {"": {"dependencies": {"express": "^5.1.0"}}}}',
        }
    ),
    bad=Example({"package.json": '{"dependencies": {"express": "^5.1.0"}}'}),
    button="lock-file",
    details=(
        "Looked at: `uv.lock`, `poetry.lock`, `Pipfile.lock`, `pdm.lock`, `pylock.toml`; for Node the lock files of "
        "npm, Yarn, pnpm and Bun, also above the application's folder. A `requirements.txt` counts as one when all "
        "in it is exact and well-known companions (such as werkzeug of flask) are in it too. A `package-lock.json` or "
        "`uv.lock` that lacks what is required blocks; lock files of two package managers side by side are told."
    ),
)
