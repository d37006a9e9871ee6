"""The files that say how it is run can be read."""

import json
import re

from engine.detect.toml_text import NotToml, read_toml
from engine.errors import ConfigurationError
from engine.project.config import PROJECT_FILE, read_project
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.tried import said

LINE = re.compile(r"\bline (\d+)\b")
#: What a problem is about, such as `readiness.when`.
KEY = re.compile(rf"^{re.escape(PROJECT_FILE)}: ([\w.-]+):")


def check(facts: Facts) -> Verdict:
    """Each file is read as whoever uses it reads it."""
    tree = application(facts)
    own, package, project = facts.tree.read(PROJECT_FILE), tree.read("package.json"), tree.read("pyproject.toml")
    if own is None and package is None and project is None:
        return NotApplicable()
    hits = [
        *_of_slipway(own),
        *_of_package(package, in_repository(facts, "package.json")),
        *_of_pyproject(project, in_repository(facts, "pyproject.toml")),
    ]
    return broken_by(hits)


def _of_slipway(data: bytes | None) -> list[Hit]:
    try:
        read_project(data)
    except ConfigurationError as error:
        lines = (data or b"").decode(errors="replace").splitlines()
        return [
            Hit(said(problem), PROJECT_FILE, _line(problem, lines), key=LINE.sub("", problem)[:120])
            for problem in dict.fromkeys(error.problems)
        ]
    return []


def _line(problem: str, lines: list[str]) -> int:
    """The line that a problem names, or that of the key which it is about."""
    told = LINE.search(problem)
    if told is not None:
        return int(told[1]) if int(told[1]) <= len(lines) else 0
    about = KEY.match(problem)
    at = 0
    for word in about[1].split(".") if about is not None else ():
        below = enumerate(lines[at:], at + 1)
        at = next((number for number, line in below if line.strip().lstrip("- ").startswith(f"{word}:")), at)
    return at


def _of_package(data: bytes | None, path: str) -> list[Hit]:
    if data is None:
        return []
    try:
        content = json.loads(data)
    except json.JSONDecodeError as error:
        lines = len(data.splitlines())
        return [Hit(said(f"It is not JSON: {error.msg}"), path, min(error.lineno, lines))]
    except (ValueError, RecursionError):
        return [Hit("It is not JSON.", path)]
    return [] if isinstance(content, dict) else [Hit("It is JSON, but no object.", path, 1)]


def _of_pyproject(data: bytes | None, path: str) -> list[Hit]:
    if data is None:
        return []
    try:
        read_toml(data.decode("utf-8-sig"))
    except (NotToml, UnicodeDecodeError) as error:
        told = LINE.search(str(error))
        line = int(told[1]) if told is not None and int(told[1]) <= len(data.splitlines()) else 0
        return [Hit(said(f"It is not TOML: {error}"), path, line)]
    return []


RULE = Rule(
    id="configuration-valid",
    title="The files that say how it is run can be read",
    severity=Severity.BLOCKING,
    why="A file that can't be read counts for nothing, or ends the build: what it says doesn't happen.",
    fix="Mend what the finding names: keys, types and days of `slipway.yml` are in its documentation.",
    link="https://yaml.org/spec/1.2.2/",
    check=check,
    good=Example({"slipway.yml": "health_path: /health\n"}),
    bad=Example({"slipway.yml": "root: .\nhealth_pat: /health\n"}),
    details=(
        "Looked at: `slipway.yml` as Slipway reads it (unknown keys, wrong types, waivers without an owner or a day), "
        "and whether `package.json` is a JSON object and `pyproject.toml` is TOML. Of a fork's pull request the "
        "default branch's `slipway.yml` counts. Not looked at: what these files mean to other tools."
    ),
)
