"""Which runtime a tree of files is, and the plan to run it."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from engine.detect import express, flask, static
from engine.detect.outcome import Almost, NotDetected, NotMine
from engine.detect.overrides import own_plan, with_overrides
from engine.detect.procfile import web_process
from engine.detect.tree import FileTree, SubTree
from engine.domain.plan import AppPlan
from engine.errors import Cause
from engine.project.config import ProjectConfig

Detector = Callable[[FileTree], AppPlan | Almost | NotMine]

#: The runtimes, asked in this order. A new one: write its file, add its line.
RUNTIMES: tuple[Detector, ...] = (
    flask.detect,
    express.detect,
    static.detect,
)

NOTHING_FOUND = Cause(
    "No application was recognised: no Flask application, no package.json with Express, no index.html, no Procfile.",
    "Add a Procfile such as `web: gunicorn app:app --bind 0.0.0.0:$PORT`, or `start` in slipway.yml.",
    "not_detected",
)


def detect(files: FileTree, project: ProjectConfig) -> AppPlan | NotDetected:
    """The plan for this tree. What `slipway.yml` says wins over the Procfile, and that over what was seen."""
    tree = files if project.root == "." else SubTree(files, project.root)
    if not tree.paths():
        return NotDetected(_empty(project.root))
    started = project.start or web_process(tree)
    found = _first(tree)
    match found:
        case AppPlan():
            plan = found
        case Almost() if started:
            plan = own_plan(tree)
        case Almost(cause):
            return NotDetected(cause)
        case NotMine() if started:
            plan = own_plan(tree)
        case NotMine():
            return NotDetected(NOTHING_FOUND)
        case _:
            assert_never(found)
    return replace(with_overrides(plan, project, web_process(tree)), root=project.root)


def _first(tree: FileTree) -> AppPlan | Almost | NotMine:
    """What the first runtime says that is in the tree: one that is almost there must not become a static site."""
    outcomes = (detector(tree) for detector in RUNTIMES)
    return next((found for found in outcomes if not isinstance(found, NotMine)), NotMine())


def _empty(root: str) -> Cause:
    if root == ".":
        return Cause("The commit has no files.", "Commit an application and push.", "not_detected")
    return Cause(
        f"slipway.yml says root: {root}, and no file is below that folder.",
        "Write the folder of the application in root.",
        "not_detected",
    )
