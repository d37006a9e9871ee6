"""Which files of a tree say what it runs with, and what they leave open."""

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.detect.toml_text import NotToml, read_toml
from engine.detect.tree import FileTree
from engine.readiness.sources.settings_file import table_in
from engine.scan.files import ASIDE, FOREIGN, shown
from engine.scan.locks import node_locks, python_locks, requirements
from engine.scan.locks.pin import Locked, Pin

#: Bytes of a lock file, and packages of a whole tree, that are looked at.
BYTES = 6 << 20
MOST = 5000
#: Characters of a line: patterns take the square of them. What is JSON may stand on one.
LONGEST_LINE = 2000
JSON = (".json", "Pipfile.lock")
#: Folders that are looked into.
FOLDERS = 50

#: What a registry has.
PACKAGE = re.compile(r"(@[\w.~-]{1,100}/)?[\w.~-]{1,214}", re.ASCII)
VERSION = re.compile(r"[\w.+!~-]{1,100}", re.ASCII)

Read = Callable[[str, str], Locked]
#: In the order in which one goes before the other in a folder.
PYTHON: Mapping[str, Read] = {
    "uv.lock": python_locks.read_uv,
    "poetry.lock": python_locks.read_poetry,
    "Pipfile.lock": python_locks.read_pipfile,
}
NODE: Mapping[str, Read] = {
    "package-lock.json": node_locks.read_npm,
    "npm-shrinkwrap.json": node_locks.read_npm,
    "pnpm-lock.yaml": node_locks.read_pnpm,
    "yarn.lock": node_locks.read_yarn,
}
REQUIREMENTS = "requirements.txt"
NAMES = frozenset({*PYTHON, *NODE, REQUIREMENTS, "pyproject.toml", "Pipfile", "package.json"})


@dataclass(frozen=True)
class Known:
    """Everything that a tree says of its packages."""

    pins: tuple[Pin, ...]
    open: tuple[str, ...]


def known(tree: FileTree) -> Known:
    """What the lock files of a tree pin; tests, examples and what others wrote aside."""
    paths = [path for path in tree.paths() if posixpath.basename(path) in NAMES]
    counting = {path for path in paths if not ASIDE.search(path) and not FOREIGN.search(path)}
    folders = sorted({posixpath.dirname(path) for path in counting}, key=lambda each: (each.count("/"), each))
    parts = [_in_folder(tree, folder, counting) for folder in folders[:FOLDERS]]
    every = [pin for part in parts for pin in part.pins]
    pins = [pin for pin in every if _is_package(pin)]
    left = [each for part in parts for each in part.open]
    left += [f"{shown(pin.path)} names what is no package" for pin in every if not _is_package(pin)]
    if len(folders) > FOLDERS:
        left.append(f"there are dependencies in more than {FOLDERS} folders")
    if len(pins) > MOST:
        left.append(f"there are more than {MOST} packages")
    return Known(tuple(pins[:MOST]), tuple(dict.fromkeys(left)))


def _is_package(pin: Pin) -> bool:
    """One such name has OSV refuse the whole question."""
    return PACKAGE.fullmatch(pin.name) is not None and VERSION.fullmatch(pin.version) is not None


def _in_folder(tree: FileTree, folder: str, paths: set[str]) -> Locked:
    python = _first(tree, folder, paths, PYTHON)
    listed = posixpath.join(folder, REQUIREMENTS)
    # uv.lock alone goes before requirements.txt where both lie: that is how it is installed (engine.detect).
    if listed in paths and posixpath.join(folder, "uv.lock") not in paths:
        python = _requirements(tree, listed)
    if python is None:
        python = _without_lock(tree, folder, paths, (*PYTHON, REQUIREMENTS), _python_open)
    node = _first(tree, folder, paths, NODE)
    if node is None:
        node = _without_lock(tree, folder, paths, tuple(NODE), _node_open)
    return Locked(python.pins + node.pins, python.open + node.open)


def _first(tree: FileTree, folder: str, paths: set[str], readers: Mapping[str, Read]) -> Locked | None:
    for name, read in readers.items():
        path = posixpath.join(folder, name)
        if path in paths:
            return _read(tree, path, read)
    return None


def _requirements(tree: FileTree, path: str) -> Locked:
    return _read(tree, path, lambda path, text: requirements.read(path, text, lambda other: _text(tree, other)))


def _read(tree: FileTree, path: str, read: Read) -> Locked:
    text = _text(tree, path)
    if text is None:
        return Locked(open=(f"{shown(path)} is larger than {BYTES >> 20} MB",))
    if not path.endswith(JSON) and any(len(line) > LONGEST_LINE for line in text.split("\n")):
        return Locked(open=(f"{shown(path)} has lines that no tool wrote",))
    try:
        return read(path, text)
    except (ValueError, RecursionError):
        return Locked(open=(f"{shown(path)} can't be read",))


def _text(tree: FileTree, path: str) -> str | None:
    data = tree.read(path)
    return (
        None if data is None or len(data) > BYTES else data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    )


def _without_lock(
    tree: FileTree, folder: str, paths: set[str], locks: tuple[str, ...], is_open: Callable[[FileTree, str], str]
) -> Locked:
    """A lock file further up counts for a folder of a workspace."""
    above = folder
    while above:
        above = posixpath.dirname(above)
        if any(posixpath.join(above, name) in paths for name in locks):
            return Locked()
    why = is_open(tree, folder)
    return Locked(open=(why,) if why else ())


def _python_open(tree: FileTree, folder: str) -> str:
    path = posixpath.join(folder, "pyproject.toml")
    try:
        content = read_toml(_text(tree, path) or "")
    except NotToml:
        return f"{shown(path)} can't be read"
    named = table_in(content, "project").get("dependencies")
    if named or table_in(content, "tool", "poetry", "dependencies").keys() - {"python"}:
        return f"{shown(path)} has no lock file beside it"
    pipfile = posixpath.join(folder, "Pipfile")
    return f"{shown(pipfile)} has no lock file beside it" if tree.read(pipfile) is not None else ""


def _node_open(tree: FileTree, folder: str) -> str:
    path = posixpath.join(folder, "package.json")
    text = _text(tree, path)
    try:
        content = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return f"{shown(path)} can't be read"
    dependencies = content.get("dependencies") if isinstance(content, dict) else None
    return f"{shown(path)} has no lock file beside it" if dependencies else ""
