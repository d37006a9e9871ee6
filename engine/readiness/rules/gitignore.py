"""What tools make and what holds secrets is ignored by git."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.ignored import NAME, needed, unignored
from engine.readiness.sources.named import some_of


def check(facts: Facts) -> Verdict:
    """The patterns that this application needs against those that are there."""
    if not needed(facts):
        return NotApplicable()
    missing = unignored(facts)
    if not missing:
        return Kept()
    what = some_of(missing)
    if facts.tree.read(NAME) is None:
        return Broken((Hit(f"There is no {NAME}: {what} can be committed by accident.", key=NAME),))
    return Broken((Hit(f"{NAME} doesn't name {what}.", NAME, key=NAME),))


RULE = Rule(
    id="gitignore",
    title="git ignores what tools make and what is secret",
    severity=Severity.NOTE,
    why="One `git add .` commits secrets, or thousands of files that belong to one machine.",
    fix="Name `.env`, `__pycache__/` and `node_modules/` in `.gitignore`, as far as they apply.",
    link="https://git-scm.com/docs/gitignore",
    check=check,
    good=Example({"app.py": "import os\nKEY = os.environ['KEY']\n", ".gitignore": "__pycache__/\n.env\n"}),
    bad=Example({"app.py": "import os\nKEY = os.environ['KEY']\n", ".gitignore": "__pycache__/\n"}),
    button="gitignore",
    details="Looked at: `.env` where the code reads environment variables, `__pycache__` with Python, `node_modules` "
    "with packages of Node; in the repository's `.gitignore` and in that of the application's folder.",
)
