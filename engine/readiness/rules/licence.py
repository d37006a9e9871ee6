"""It says under which licence it may be used."""

import re

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.application import application, text_of
from engine.readiness.sources.node_package import node_package

FILE = re.compile(r"(^|/)\(?(licen[cs]es?|copying|unlicense|notice)([.-][^/]*)?$", re.IGNORECASE)
#: Code about licences is none.
SOURCES = (".py", ".js", ".ts", ".tsx", ".jsx", ".html", ".css")
README = re.compile(r"^readme(\.\w+)*$", re.IGNORECASE)
HEADING = re.compile(
    r"^(#+|=+|\*\*)?[ \t]{0,20}[^\w\n]{0,4}[ \t]{0,20}licen[cs]|\bMIT License\b|\blicen[cs]ed under\b|/licen[cs]e",
    re.IGNORECASE | re.MULTILINE,
)
FIELD = re.compile(r"^[ \t]*license(-files|-expression)?\s*=", re.MULTILINE)


def check(facts: Facts) -> Verdict:
    """A file, a word in the README, or a field of the package; what is private needs none."""
    paths = facts.tree.paths()
    if not paths:
        return NotApplicable()
    if any(FILE.search(path) and not path.endswith(SOURCES) and path.count("/") <= 2 for path in paths):
        return Kept()
    if any(README.match(path) and HEADING.search(text_of(facts.tree, path) or "") for path in paths):
        return Kept()
    for tree in (facts.tree, application(facts)):
        package = node_package(tree)
        if package is not None and package.content.get("license"):
            return Kept()
        if package is not None and package.content.get("private") is True:
            return NotApplicable()
        if FIELD.search(text_of(tree, "pyproject.toml") or "") or FIELD.search(text_of(tree, "setup.cfg") or ""):
            return Kept()
    return Broken((Hit("Nothing says under which licence it may be used.", key="none"),))


RULE = Rule(
    id="licence",
    title="It says under which licence it may be used",
    severity=Severity.NOTE,
    why="Without a licence nobody else may use, change or run it, also where anybody can read it.",
    fix='Add a `LICENSE` file: choosealicense.com has the texts. For a closed application, `"private": true`.',
    link="https://choosealicense.com/no-permission/",
    check=check,
    good=Example({"app.py": "", "LICENSE": "MIT License\n"}),
    bad=Example({"app.py": "", "README.md": "# Shop\n"}),
    details=(
        "Looked at: files named LICENSE, LICENCE, COPYING, UNLICENSE, a word of it in the README, `license` in "
        '`package.json` and `pyproject.toml`. `"private": true` in `package.json` needs none.'
    ),
)
