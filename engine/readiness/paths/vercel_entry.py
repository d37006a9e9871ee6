"""Where Vercel looks for what answers requests, and what it does with files beside it."""

import ast
import re
from dataclasses import dataclass

from engine.readiness.facts import Facts
from engine.readiness.inspected import Limit, PathFile
from engine.readiness.paths import vercel_limits as limits
from engine.readiness.paths.application_needs import Needs
from engine.readiness.sources.application import application, in_repository, is_application
from engine.readiness.sources.javascript_source import javascript_source, javascript_sources
from engine.readiness.sources.python_source import python_source

PYTHON_FILES = tuple(
    f"{folder}{name}.py" for folder in ("", "src/", "app/") for name in ("app", "index", "server", "main")
)
NODE_FILES = tuple(
    f"{folder}{name}.{ending}"
    for folder in ("", "src/")
    for name in ("app", "index", "server")
    for ending in ("js", "cjs", "mjs", "ts", "cts", "mts")
)
EXPRESS = re.compile(r"""(?:require\(\s*|from\s+)['"]express['"]""")
#: The application itself as what the module gives, or a port of its own.
OFFERED = re.compile(r"module\.exports\s*=(?!\s*\{)|export\s+default\b|exports\.default\s*=|\.listen\(")
ASSETS = re.compile(r"\.use\((?P<mount>\s*['\"][^'\"]*['\"]\s*,)?[^;\n]*?express\.static\((?P<folder>[^\n]*)")
PUBLIC = re.compile(r"['\"](\./|/)?public/?['\"]")
#: `package.module:name`, as servers are told.
TARGET = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):(?P<name>[A-Za-z_]\w*)(?P<call>\(\))?$")


@dataclass(frozen=True)
class Entry:
    """What stands in the way of finding it, and what helps."""

    missing: tuple[str, ...] = ()
    files: tuple[PathFile, ...] = ()
    limits: tuple[Limit, ...] = ()


def python_entry(facts: Facts, needs: Needs) -> Entry:
    """A module that Vercel reads must have `app` at its top level."""
    known = (limits.PYTHON, *((limits.FLASK,) if "flask" in needs.stack.frameworks else ()))
    assets = _flask_assets(facts) if "flask" in needs.stack.frameworks else ()
    if any(_has_app(facts, path) for path in PYTHON_FILES):
        return Entry(assets, (), known)
    target = _target(needs)
    where = "No `app` stands at the top level of app.py, index.py, server.py or main.py"
    if target is None or application(facts).read("index.py") is not None:
        return Entry((f"{where}: Vercel doesn't find the application.", *assets), (), known)
    module, call = target["module"], target["call"] or ""
    text = f'"""What Vercel serves."""\n\nimport {module}\n\napp = {module}.{target["name"]}{call}\n'
    return Entry((f"{where}: add `index.py`.", *assets), (PathFile(in_repository(facts, "index.py"), text),), known)


def express_entry(facts: Facts) -> Entry:
    """A file with one of the names must import Express."""
    tree = application(facts)
    known = (limits.NODE, limits.EXPRESS)
    missing = _express_assets(facts)
    sources = [source for path in NODE_FILES if (source := javascript_source(tree, path)) is not None]
    own = [source for source in sources if EXPRESS.search(source.uncommented)]
    if own and not any(OFFERED.search(source.uncommented) for source in own):
        path = in_repository(facts, own[0].path)
        missing = (f"`{path}` imports Express, but neither exports the application by itself nor listens.", *missing)
    if not own:
        sentence = (
            "No app, index or server file (also below src/) imports Express: move its entry to one of these names."
        )
        missing = (sentence, *missing)
    return Entry(missing, (), known)


def _has_app(facts: Facts, path: str) -> bool:
    source = python_source(application(facts), path)
    return source is not None and any("app" in _named(statement) for statement in source.module.body)


def _named(statement: ast.stmt) -> set[str]:
    """The names that a statement at the top level binds."""
    match statement:
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.ImportFrom(names=names):
            return {each.asname or each.name for each in names}
        case _:
            return set()


def _target(needs: Needs) -> re.Match[str] | None:
    words = needs.start.words if needs.start is not None else ()
    return next((found for word in words if (found := TARGET.fullmatch(word))), None)


def _flask_assets(facts: Facts) -> tuple[str, ...]:
    paths = (path for path in application(facts).paths() if is_application(path))
    folders = {path[: found.end()] for path in paths if (found := re.match(r"(?:\w+/)?static/", path))}
    if not folders:
        return ()
    name = in_repository(facts, sorted(folders)[0].rstrip("/"))
    return (f"Vercel's documentation rules out Flask's static folder: `{name}/` has to become `public/static/`.",)


def _express_assets(facts: Facts) -> tuple[str, ...]:
    """The first `express.static` that serves anything but `public/` at the root."""
    for source in javascript_sources(application(facts), "express.static"):
        for found in ASSETS.finditer(source.uncommented):
            if found["mount"] and found["mount"].strip("\n\t ,'\"") != "/":
                return (_ignored(facts, source.path, source.line(found.start())),)
            if not PUBLIC.search(found["folder"]):
                return (_ignored(facts, source.path, source.line(found.start())),)
    return ()


def _ignored(facts: Facts, path: str, line: int) -> str:
    place = f"`{in_repository(facts, path)}:{line}`"
    return f"Vercel ignores `express.static()` ({place}): what it serves has to lie below `public/` by its address."
