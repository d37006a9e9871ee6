"""Express: named in package.json, started by its start script or its main file."""

import re
from dataclasses import replace

from engine.detect import node_install
from engine.detect.outcome import Almost, NotMine
from engine.detect.tree import FileTree
from engine.domain.plan import AppPlan, Step
from engine.errors import Cause

#: `node server.js`, with nothing that needs a shell: then npm needn't stand between us and the server.
SIMPLE_START = re.compile(r"node((?:\s+-[\w=-]+)*)\s+(?P<file>[\w./-]+)")
USUAL = ("server.js", "app.js", "index.js", "src/server.js", "src/app.js", "src/index.js", "server.mjs", "index.mjs")


def detect(files: FileTree) -> AppPlan | Almost | NotMine:
    """The plan of an Express application."""
    if files.read("package.json") is None:
        return NotMine()
    package = node_install.read_package(files)
    if not package.readable:
        return Almost(Cause("package.json is not readable JSON.", "Mend package.json and push.", "not_detected"))
    if "express" not in package.dependencies:
        return NotMine()
    start, why = _start(files, package)
    if not start:
        return Almost(_no_start())
    node = node_install.installation(files, package)
    plan = node_install.plan(
        node, framework="express", evidence=("package.json requires express", node.evidence, why), start=start
    )
    return replace(plan, build=_build(package))


def _start(files: FileTree, package: node_install.Package) -> tuple[tuple[str, ...], str]:
    script = package.scripts.get("start", "").strip()
    if SIMPLE_START.fullmatch(script):
        return tuple(script.split()), f"the start script is `{script}`"
    if script:
        return ("npm", "start", "--silent"), "package.json has a start script"
    for file in (package.main, *USUAL):
        if file and files.read(file.removeprefix("./")) is not None:
            return ("node", file.removeprefix("./")), f"{file} is the main file"
    return (), ""


def _build(package: node_install.Package) -> tuple[Step, ...]:
    return (Step("build script", ("npm", "run", "--silent", "build")),) if package.scripts.get("build") else ()


def _no_start() -> Cause:
    return Cause(
        "package.json requires express, but says neither how it starts nor which file is its main one.",
        'Add `"scripts": {"start": "node server.js"}` to package.json.',
        "no_start",
    )
