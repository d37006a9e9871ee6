"""The README tells how to run it."""

import re

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.stack import stack_of

README = re.compile(r"^(?:docs/|\.github/)?readme(\.\w+)*$", re.IGNORECASE)
#: A command, or a heading under which one stands.
TELLS = re.compile(
    r"\b(pip3? install|pipenv|poetry (install|run)|uv (run|sync|pip)|python3? (-m|[\w./-]+\.py|manage)"
    r"|flask\b.{0,80}\brun|uvicorn |gunicorn |fastapi (run|dev)|npm (i|ci|run|start|install|test)|npx |yarn( |$)|pnpm "
    r"|bun (install|run)|node [\w./-]+|docker[ -](build|run|compose)|make \w+|heroku |vercel( |$)|azd up|gcloud "
    r"|fly (launch|deploy)|cf push|railway (up|run)|eb (create|deploy)"
    r"|honcho start|foreman start|streamlit run|just \w+)|\./\w+"
    r"|^#{1,6}(?=[^#\n]).*\b(install\w*|set ?up|getting started|get started|quick ?start|usage|how to|run(ning)?"
    r"|develop\w*|deploy\w*|local\w*)\b",
    re.IGNORECASE | re.MULTILINE,
)


def check(facts: Facts) -> Verdict:
    """The README of the application's folder, else the repository's."""
    stack = stack_of(facts)
    if not stack.python and not stack.node:
        return NotApplicable()
    tree = application(facts)
    found = [(in_repository(facts, path), text_of(tree, path)) for path in tree.paths() if README.match(path)]
    found += [(path, text_of(facts.tree, path)) for path in facts.tree.paths() if README.match(path)]
    if not found:
        return Broken((Hit("There is no README.", key="none"),))
    if any(text is None or TELLS.search(text) for _, text in found):
        return Kept()
    return Broken((Hit("The README has no command and no heading that tells how to run it.", found[0][0]),))


RULE = Rule(
    id="readme-runs",
    title="The README tells how to run it",
    severity=Severity.NOTE,
    why="Whoever takes over, or is called at night, starts with the README.",
    fix="Add a section with the commands that install and start it, and the variables that it needs.",
    link="https://www.makeareadme.com/",
    check=check,
    good=Example({"requirements.txt": "flask\n", "README.md": "# Shop\n\n```\npip install -r requirements.txt\n```\n"}),
    bad=Example({"requirements.txt": "flask\n", "README.md": "# Shop\n\nOur shop.\n"}),
    details="Looked at: whether a usual command, or a heading such as *Installation*, stands in it.",
)
