"""The application's own tests: how they are run, and what they need that a sandbox hasn't."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.detect import node_install
from engine.detect.tree import FileTree, SubTree
from engine.domain.plan import AppPlan

PYTEST = ("python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider")
NPM = ("npm", "test", "--silent")
#: What is asked before: whether the runner is installed.
HAS_PYTEST = ("python", "-c", "import pytest")
HAS_PROGRAM = ("sh", "-c", 'command -v -- "$1"', "look")

PYTHON_TEST = re.compile(r"(^|/)(test_[^/]+|[^/]+_test)\.py$")
NOT_OURS = re.compile(r"(^|/)(node_modules|\.[^/]+|venv|site-packages|vendor)/")
#: Why there are none to run: then there is nothing to look at.
NO_PYTHON, NO_SCRIPT, NO_RUNTIME = "there are no tests", "package.json has no test script", "nothing here has tests"
WITHOUT = frozenset({NO_PYTHON, NO_SCRIPT, NO_RUNTIME})
#: What `npm init` writes where there are no tests.
NO_TESTS = "no test specified"
ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
#: Pytest's exit code when it found none, and those that say that it could not begin.
NONE_FOUND, NOT_BEGUN = 5, (3, 4)
#: Signs that a test wanted what a sandbox hasn't: the network, a service, a package for development alone.
LACKING = re.compile(
    r"egress to .{1,100} is not allowed|Connection refused|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|Name or service not known"
    r"|Temporary failure in name resolution|Network is unreachable|No route to host|[Cc]ould not connect to"
    r"|ModuleNotFoundError: |Cannot find (?:module|package) '|ProxyError|Max retries exceeded|\w+: not found$"
    r"|fixture '\w+' not found|Executable doesn't exist|Could not find Chrome|No space left on device"
)
#: Characters of a line in which a sign is looked for, and that are shown.
LONGEST, SHOWN = 400, 160


@dataclass(frozen=True)
class OwnTests:
    """How the tests are run."""

    #: Ends with 0 when the runner is installed.
    asked: tuple[str, ...]
    argv: tuple[str, ...]
    #: Their runner, for people.
    runner: str


def own_tests_of(tree: FileTree, plan: AppPlan) -> OwnTests | str:
    """The tests of an application, or why there are none to run. Pure."""
    below = tree if plan.root == "." else SubTree(tree, posixpath.normpath(plan.root))
    if plan.runtime == "python":
        return _python(below)
    if plan.runtime == "node":
        return _node(below)
    return NO_RUNTIME


def _python(tree: FileTree) -> OwnTests | str:
    if not any(PYTHON_TEST.search(path) and not NOT_OURS.search(path) for path in tree.paths()):
        return NO_PYTHON
    return OwnTests(HAS_PYTEST, PYTEST, "pytest")


def _node(tree: FileTree) -> OwnTests | str:
    script = node_install.read_package(tree).scripts.get("test", "").strip()
    if not script or NO_TESTS in script:
        return NO_SCRIPT
    words = [word for word in script.split() if not ASSIGNMENT.match(word)]
    runner = words[0] if words else "sh"
    return OwnTests((*HAS_PROGRAM, runner), NPM, runner)


def why_unsure(tests: OwnTests, exit_code: int, lines: Sequence[str]) -> str:
    """Why a bad end says nothing about the application; empty: it does. Pure."""
    if exit_code == 0:
        return ""
    if tests.argv == PYTEST and exit_code == NONE_FOUND:
        return "pytest found no tests"
    if tests.argv == PYTEST and exit_code in NOT_BEGUN:
        return f"pytest could not begin (it ended with {exit_code})"
    lacking = next((line.strip() for line in lines if LACKING.search(line[:LONGEST])), "")
    return f"the tests need what a sandbox hasn't: {lacking[:SHOWN]}" if lacking else ""
