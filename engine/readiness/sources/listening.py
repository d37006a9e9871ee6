"""On which address and port it listens, as far as reading tells."""

import posixpath

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.heard import EVERYWHERE, Heard
from engine.readiness.sources.javascript_source import javascript_source
from engine.readiness.sources.listening_command import by_command
from engine.readiness.sources.listening_node import by_node
from engine.readiness.sources.listening_python import by_gunicorn_file, by_python
from engine.readiness.sources.node_package import node_package
from engine.readiness.sources.python_source import python_source
from engine.readiness.sources.serving import Serving

#: Folders that a compiler writes, and where their sources lie.
COMPILED = ("dist/", "build/", "lib/", "out/", ".build/")


def listening(facts: Facts, serving: Serving) -> Heard | None:
    """Where this way of serving listens; None: reading doesn't tell."""
    if serving.program == "gunicorn":
        return by_command(serving) or _by_gunicorn_file(facts, serving) or _gunicorn_itself(serving)
    if serving.program == "python" and serving.file:
        source = python_source(application(facts), serving.file)
        return _placed(facts, serving.file, by_python(source)) if source else None
    if serving.program in ("node", "nodemon", "ts-node", "ts-node-dev", "tsx", "bun", "nest"):
        return _by_node_file(facts, serving)
    return by_command(serving)


def node_file(facts: Facts, serving: Serving) -> str:
    """The source that Node is started with, relative to the application; for what is compiled, its source."""
    tree = application(facts)
    first = "src/main.ts" if serving.program == "nest" else _first_file(serving)
    if not first:
        return ""
    package = node_package(tree) if first == "." else None
    main = str(package.content.get("main") or "") if package else ""
    names = [first, f"{first}.js", posixpath.join(first, "index.js"), main]
    for folder in COMPILED:
        if first.startswith(folder):
            bare = first.removeprefix(folder).removesuffix(".js")
            names += [f"{source}{bare}{ending}" for source in ("src/", "") for ending in (".ts", ".mts", ".js")]
        placed = (posixpath.normpath(name) for name in names if name)
    return next((name for name in placed if tree.read(name) is not None), "")


def _first_file(serving: Serving) -> str:
    plain = [word for word in serving.words if not word.startswith("-") and word not in ("watch", "run")]
    return posixpath.normpath(posixpath.join(serving.folder, plain[0])) if plain else ""


def _by_node_file(facts: Facts, serving: Serving) -> Heard | None:
    path = node_file(facts, serving)
    source = javascript_source(application(facts), path) if path else None
    return _placed(facts, path, by_node(source)) if source else None


def _by_gunicorn_file(facts: Facts, serving: Serving) -> Heard | None:
    named = serving.option("-c", "--config")
    path = posixpath.normpath(posixpath.join(serving.folder, (named or "gunicorn.conf.py").removeprefix("file:")))
    source = python_source(application(facts), path)
    if source is None:
        # A file that can't be read may say anything.
        return Heard("", "", "", 0) if named else None
    return _placed(facts, path, by_gunicorn_file(source))


def _gunicorn_itself(serving: Serving) -> Heard:
    """Without a word it listens on every address at $PORT where that is set."""
    return Heard("$PORT", EVERYWHERE, serving.path, serving.line)


def _placed(facts: Facts, path: str, heard: Heard | None) -> Heard | None:
    if heard is None:
        return None
    return Heard(heard.port, heard.host, in_repository(facts, path), heard.line)
