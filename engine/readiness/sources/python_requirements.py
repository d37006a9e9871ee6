"""What a Python application names as required: requirements files, pyproject.toml, Pipfile, setup.cfg, setup.py."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.detect.toml_text import NotToml, read_toml
from engine.detect.tree import FileTree
from engine.readiness.sources.application import text_of
from engine.readiness.sources.requirement import Requirement, normal
from engine.readiness.sources.settings_file import table_in, texts_in

#: Files that installs read, best first; others only count where they are included.
REQUIREMENTS = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
    "requirements/requirements.txt",
)
OTHERS = ("pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "environment.yml", "environment.yaml")
LOCKS = (
    "uv.lock",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "pylock.toml",
    "conda-lock.yml",
    "requirements.lock",
    "requirements-lock.txt",
    "requirements.lock.txt",
)

#: Characters of a requirement that are read at most.
LINE_READ = 500
LINE = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?P<version>(?:@|[=<>!~]=?=?|\().*)?$"
)
EDITABLE = re.compile(r"^(?:-e|--editable)[\s=]+(?P<where>.+)$")
INCLUDED = re.compile(r"^(?P<what>-r|-c|--requirement|--constraint)[\s=]*(?P<file>\S+)")
EGG = re.compile(r"[#&]egg=([\w.-]+)")


@dataclass(frozen=True)
class PythonRequirements:
    """All of them together."""

    #: The files that name them, in the order in which they were read; relative to the application's folder.
    files: tuple[str, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    #: Lock files, as paths of the repository: those of the folder, else of the nearest above.
    locks: tuple[str, ...] = ()
    #: True: a file says what is required in a way that only running it would tell (setup.py, a broken file).
    unreadable: bool = False

    @property
    def runtime(self) -> tuple[Requirement, ...]:
        """What the application needs where it serves."""
        return tuple(each for each in self.requirements if not each.development)

    @property
    def names(self) -> frozenset[str]:
        """The names of what it needs where it serves."""
        return frozenset(each.name for each in self.runtime)


def python_requirements(tree: FileTree) -> PythonRequirements:
    """What the application's folder names as required."""
    files: list[str] = []
    found: list[Requirement] = []
    first = next((name for name in REQUIREMENTS if tree.read(name) is not None), None)
    if first is not None:
        found += _requirements_file(tree, first, files)
    unreadable = False
    for name in OTHERS:
        text = text_of(tree, name)
        if text is None:
            continue
        named = _other(name, text)
        if named is None:
            unreadable = True
        elif named or name == "Pipfile":
            files.append(name)
            found += named
    return PythonRequirements(tuple(files), tuple(found), unreadable=unreadable)


def _requirements_file(tree: FileTree, path: str, files: list[str]) -> Iterator[Requirement]:
    """The requirements of a file and of those that it includes; a constraint gives its version to a bare name."""
    if path in files or len(files) > 20:
        return
    text = text_of(tree, path)
    if text is None:
        return
    files.append(path)
    own: list[Requirement] = []
    limits: dict[str, str] = {}
    for number, line in _logical_lines(text):
        included = INCLUDED.match(line)
        if included is None:
            own += _line(line, path, number)
            continue
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), included["file"]))
        below = list(_requirements_file(tree, other, files))
        if included["what"] in ("-c", "--constraint"):
            limits |= {each.name: each.version for each in below}
        else:
            own += below
    yield from (replace(each, version=each.version or limits.get(each.name, "")) for each in own)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, those that a backslash continues as one, with the number of their first."""
    held, start = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|\s)#.*$", "", raw).rstrip()
        start = start or number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole = (held + line).strip()
        if whole:
            yield start, whole
        held, start = "", 0


def _line(line: str, path: str, number: int) -> Iterator[Requirement]:
    """The requirement of one line; options and what can't be read name none."""
    editable = EDITABLE.match(line)
    where = editable["where"].strip() if editable else line
    if "://" in where.split("@")[0] or where.startswith(("git@", ".", "/", "file:")):
        egg = EGG.search(where)
        name = normal(egg[1]) if egg else posixpath.basename(where.split("#")[0].split("@")[0]).removesuffix(".git")
        yield Requirement(name, where, path, number, line)
    elif not editable:
        yield from one(line, path, number)


def one(text: str, path: str, number: int, *, development: bool = False) -> Iterator[Requirement]:
    """The requirement that a text as of PEP 508 names; none when it isn't one."""
    without_options = re.split(r"\s--?[a-z-]+[\s=]", text.strip())[0]
    if len(without_options) > LINE_READ:
        return
    spec, _, marker = without_options.partition(";") if "://" not in without_options else (without_options, "", "")
    found = LINE.match(spec.strip())
    if found is None:
        return
    extras = frozenset(each.strip().lower() for each in (found["extras"] or "").split(",") if each.strip())
    version = (found["version"] or "").strip().removeprefix("@").strip().strip("()")
    yield Requirement(normal(found["name"]), version, path, number, text, extras, marker.strip(), development)


def _other(name: str, text: str) -> list[Requirement] | None:
    """The requirements of a file that isn't a requirements file; None when reading doesn't tell."""
    match name:
        case "pyproject.toml":
            return _toml(name, text, _pyproject)
        case "Pipfile":
            return _toml(name, text, _pipfile)
        case "environment.yml" | "environment.yaml":
            return [each for number, word in _dashes(text) for each in _conda(word, name, number)]
        case "setup.cfg":
            return _setup_cfg(text)
        case _:
            return None if "install_requires" in text else []


def _toml(name: str, text: str, read: Any) -> list[Requirement] | None:
    try:
        content = read_toml(text)
    except NotToml:
        return None
    found: list[Requirement] = read(content, name, text.splitlines())
    return found


def _pyproject(content: dict[str, Any], path: str, lines: list[str]) -> list[Requirement]:
    found: list[Requirement] = []
    for spec in texts_in(content, "project", "dependencies"):
        found += one(spec, path, _where(lines, spec))
    groups = table_in(content, "dependency-groups")
    for name in groups:
        for spec in texts_in(groups, name):
            found += one(spec, path, _where(lines, spec), development=True)
    poetry = table_in(content, "tool", "poetry")
    found += _table(table_in(poetry, "dependencies"), path, lines, development=False)
    found += _table(table_in(poetry, "dev-dependencies"), path, lines, development=True)
    for group in table_in(poetry, "group").values():
        found += _table(table_in(group, "dependencies"), path, lines, development=True)
    return found


def _pipfile(content: dict[str, Any], path: str, lines: list[str]) -> list[Requirement]:
    packages = _table(table_in(content, "packages"), path, lines, development=False)
    return packages + _table(table_in(content, "dev-packages"), path, lines, development=True)


def _table(entries: dict[str, Any], path: str, lines: list[str], *, development: bool) -> list[Requirement]:
    """`name = "^1.0"` and `name = {version = "^1.0", extras = ["x"]}`."""
    found = []
    for name, entry in entries.items():
        if normal(name) == "python":
            continue
        told = entry if isinstance(entry, dict) else {"version": entry}
        version = str(told.get("version") or told.get("git") or told.get("path") or told.get("url") or "")
        if told.get("git") and (told.get("rev") or told.get("ref") or told.get("tag")):
            version += f"@{told.get('rev') or told.get('ref') or told.get('tag')}"
        extras = frozenset(each.lower() for each in texts_in(told, "extras"))
        line = _where(lines, name)
        version = "" if version == "*" else version
        version = f"=={version}" if re.fullmatch(r"\d[\w.]*", version) else version
        found.append(
            Requirement(normal(name), version, path, line, f"{name} = {version}", extras, development=development)
        )
    return found


def _where(lines: list[str], text: str) -> int:
    """The line in which a key or a quoted text stands; 0 when none is found."""
    pattern = re.compile(rf"^\s*[\"']?{re.escape(text)}[\"']?\s*=|([\"']){re.escape(text)}\1")
    return next((number for number, line in enumerate(lines, start=1) if pattern.search(line)), 0)


def _dashes(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        word = line.split("#")[0].strip()
        if word.startswith("- ") and not word.endswith(":"):
            yield number, word[2:].strip().strip("\"'")


def _conda(word: str, path: str, number: int) -> Iterator[Requirement]:
    """`flask=3.0` of conda is one version, as `flask==3.0` is."""
    if word.split("=", maxsplit=1)[0] in ("python", "pip", "conda-forge", "defaults"):
        return
    yield from one(re.sub(r"(?<![=<>!~])=(?!=)[^=]*=?.*", lambda found: "=" + found[0], word), path, number)


def _setup_cfg(text: str) -> list[Requirement]:
    """The lines below `install_requires =`."""
    found: list[Requirement] = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"^install_requires\s*=", line):
            inside = True
        elif inside and line[:1].isspace() and line.strip():
            found += one(line.strip(), "setup.cfg", number)
        elif line.strip():
            inside = False
    return found
