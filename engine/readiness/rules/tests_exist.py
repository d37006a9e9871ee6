"""There are tests."""

import re

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.application import in_repository, text_of
from engine.readiness.sources.stack import stack_of

PYTHON = re.compile(r"(^|/)(test_[^/]*|[^/]*_tests?|tests?)\.py$|(^|/)tests?/([^/]+/)*[^/]+\.py$")
#: A file alone isn't a test: Django writes one with nothing but a comment.
PYTHON_TEST = re.compile(
    r"^[ \t]*(async\s+)?def\s+(test|it_|should_)|class\s+\w*Test|TestCase|doctest|unittest", re.MULTILINE
)
OTHER = re.compile(
    r"\.(test|spec|cy|e2e)\.[cm]?[jt]sx?$|(^|/)(__tests__|tests?|specs?|e2e|cypress|playwright)/([^/]+/)*[^/]+\.[cm]?[jt]sx?$"
    r"|(^|/)tests?\.[cm]?[jt]s$|(^|/)test[-_][^/]*\.[cm]?[jt]s$|[-_]tests?\.[cm]?[jt]s$|\.feature$|\.robot$|\.bats$|(^|/)features/.*\.py$"
)
#: What `npm init` writes.
NO_TEST = re.compile(r"no test specified|^echo\b|^exit\b|^$")
VENDORED = re.compile(r"(^|/)(node_modules|bower_components|site-packages|venv|\.venv|vendor)/")


def check(facts: Facts) -> Verdict:
    """Anywhere in the repository."""
    stack = stack_of(facts)
    if not stack.python_serves and not stack.node_serves:
        return NotApplicable()
    for path in facts.tree.paths():
        if VENDORED.search(path):
            continue
        if OTHER.search(path):
            return Kept()
        if PYTHON.search(path) and PYTHON_TEST.search(text_of(facts.tree, path) or ""):
            return Kept()
    script = stack.package.scripts.get("test", "").strip() if stack.package else ""
    if stack.package is not None and not NO_TEST.search(script):
        return Kept()
    if stack.package is not None and script:
        line = stack.package.line_of("scripts", "test")
        message = "There are no tests: the test script is the one that `npm init` writes."
        return Broken((Hit(message, in_repository(facts, "package.json"), line, key="none"),))
    return Broken((Hit("There are no tests.", key="none"),))


RULE = Rule(
    id="tests-exist",
    title="There are tests",
    severity=Severity.WARNING,
    why="Without a test nobody knows whether a change broke what worked before it is deployed.",
    fix="Add one that asks the most important page: `tests/test_app.py` with pytest, or `node --test`.",
    link="https://flask.palletsprojects.com/en/stable/testing/",
    check=check,
    good=Example({"requirements.txt": "flask\n", "tests/test_shop.py": "def test_home():\n    assert True\n"}),
    bad=Example({"requirements.txt": "flask\n", "tests.py": "# Create your tests here.\n"}),
    details=(
        "Looked at: files that are named like tests, anywhere in the repository, and the `test` script of "
        "`package.json`. A Python file must hold one; whether they pass is another rule (`tests-pass`)."
    ),
)
