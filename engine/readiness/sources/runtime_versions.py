"""Which version of Python and Node a repository asks for, wherever that can be written."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.detect.toml_text import NotToml, read_toml
from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, line_at, text_of
from engine.readiness.sources.dockerfile import instructions, last_stage
from engine.readiness.sources.node_package import NodePackage, node_package
from engine.readiness.sources.settings_file import table_in

#: File → how the version stands in it; the whole file where the pattern says so.
PYTHON_FILES = (
    (".python-version", re.compile(r"^[ \t]*(?:cpython-|python-?)?(?P<version>3[\d.]*)[ \t]*$", re.MULTILINE)),
    ("runtime.txt", re.compile(r"^[ \t]*python-(?P<version>3[\d.]*)", re.MULTILINE)),
    (".tool-versions", re.compile(r"^[ \t]*python\s+(?P<version>\d[\d.]*)", re.MULTILINE)),
    ("environment.yml", re.compile(r"^[ \t]*-\s*[\"']?python\s*=+\s*(?P<version>\d[\d.]*)", re.MULTILINE)),
    ("environment.yaml", re.compile(r"^[ \t]*-\s*[\"']?python\s*=+\s*(?P<version>\d[\d.]*)", re.MULTILINE)),
    ("Pipfile", re.compile(r"^[ \t]*python_(?:full_)?version\s*=\s*[\"'](?P<version>[^\"']+)", re.MULTILINE)),
    ("mise.toml", re.compile(r"^[ \t]*python\s*=\s*[\"'](?P<version>[^\"']+)", re.MULTILINE)),
    ("setup.cfg", re.compile(r"^[ \t]*python_requires\s*=\s*(?P<version>\S+)", re.MULTILINE)),
    ("setup.py", re.compile(r"python_requires\s*=\s*[\"'](?P<version>[^\"']+)")),
)
NODE_FILES = (
    (".nvmrc", re.compile(r"^[ \t]*v?(?P<version>\d[\w.]*|lts/\*|lts/\w+|node)[ \t]*$", re.MULTILINE)),
    (".node-version", re.compile(r"^[ \t]*v?(?P<version>\d[\w.]*)[ \t]*$", re.MULTILINE)),
    (".tool-versions", re.compile(r"^[ \t]*nodejs\s+(?P<version>\d[\d.]*)", re.MULTILINE)),
    ("mise.toml", re.compile(r"^[ \t]*node\s*=\s*[\"'](?P<version>[^\"']+)", re.MULTILINE)),
)


#: Characters of a version that is read: with more it is none.
LONGEST = 100


@dataclass(frozen=True)
class AskedVersion:
    """A version as a file asks for it."""

    text: str
    path: str
    line: int

    @property
    def only(self) -> tuple[int, ...]:
        """The parts of the version that can't change, such as (3, 12) or (22,); empty for a range without an end."""
        found = re.fullmatch(r"([=~^v]*)\s*v?(\d+(?:\.\d+)*)(?:\.[x*])*(?:-\S*)?", self.text[:LONGEST].strip())
        if found is None:
            return ()
        parts = tuple(int(part) for part in found[2].split("."))
        match found[1]:
            case "^":
                return parts[:1]
            case "~=":
                return parts[:-1]
            case "~":
                return parts[:2]
            case _:
                return parts


def python_versions(facts: Facts) -> tuple[AskedVersion, ...]:
    """Every place that asks for a version of Python; paths are the repository's."""
    return tuple(
        _at(folder, each)
        for folder, tree in _trees(facts)
        for each in (*_files(tree, PYTHON_FILES), *_pyproject(tree), *_image(tree, "python"))
    )


def node_versions(facts: Facts) -> tuple[AskedVersion, ...]:
    """Every place that asks for a version of Node; paths are the repository's."""
    return tuple(
        _at(folder, each)
        for folder, tree in _trees(facts)
        for each in (*_files(tree, NODE_FILES), *_engines(node_package(tree)), *_image(tree, "node"))
    )


def _trees(facts: Facts) -> Iterator[tuple[str, FileTree]]:
    """The application's folder, and the repository around it."""
    yield facts.project.root, application(facts)
    if facts.project.root != ".":
        yield ".", facts.tree


def _at(folder: str, version: AskedVersion) -> AskedVersion:
    return replace(version, path=posixpath.normpath(posixpath.join(folder, version.path)))


def _files(tree: FileTree, files: tuple[tuple[str, re.Pattern[str]], ...]) -> Iterator[AskedVersion]:
    for name, pattern in files:
        text = text_of(tree, name)
        found = pattern.search(text) if text else None
        if text and found:
            yield AskedVersion(found["version"].strip(), name, line_at(text, found.start("version")))


def _pyproject(tree: FileTree) -> Iterator[AskedVersion]:
    text = text_of(tree, "pyproject.toml")
    try:
        content = read_toml(text or "")
    except NotToml:
        return
    poetry = table_in(content, "tool", "poetry", "dependencies")
    for value in (table_in(content, "project").get("requires-python"), poetry.get("python")):
        if isinstance(value, str) and value.strip():
            lines = (text or "").splitlines()
            line = next((number for number, each in enumerate(lines, start=1) if value in each), 0)
            yield AskedVersion(value.strip(), "pyproject.toml", line)


def _engines(package: NodePackage | None) -> Iterator[AskedVersion]:
    if package is None:
        return
    for kind in ("engines", "volta"):
        told = package.content.get(kind)
        version = told.get("node") if isinstance(told, dict) else None
        if isinstance(version, str) and version.strip() not in ("", "*"):
            yield AskedVersion(version.strip(), "package.json", package.line_of(kind, "node"))


def _image(tree: FileTree, language: str) -> Iterator[AskedVersion]:
    """The tag of the language's own image that the Dockerfile ends on."""
    for each in last_stage(instructions(text_of(tree, "Dockerfile") or "")):
        found = re.fullmatch(rf"(?:\S+/)?{language}:(?P<version>\d+(?:\.\d+)*)(?:-\S+)?(?:@\S+)?", each.image)
        if each.name == "FROM" and found:
            yield AskedVersion(found["version"], "Dockerfile", each.line)
