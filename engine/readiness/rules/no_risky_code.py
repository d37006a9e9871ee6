"""No line of the application hands a visitor's words to a shell, an interpreter or a database."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Rule, Verdict
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart, ScanResult
from engine.scan.verdict import verdict_of

TOOL = "ruff 0.14.5"
CLEAN = ScanResult((ScanPart(PartName.CODE, PartState.CLEAN, TOOL),))
FOUND = ScanResult(
    (ScanPart(PartName.CODE, PartState.FOUND, TOOL),),
    (ScanFinding(PartName.CODE, "S602", "A shell reads this command.", "app.py", 3, False, "S602|0"),),
)


def check(facts: Facts) -> Verdict:
    """As the scan's part says."""
    return verdict_of(facts, PartName.CODE)


RULE = Rule(
    id="no-risky-code",
    title="No line does what an attacker would like",
    severity=Severity.WARNING,
    why=(
        "A shell, `eval`, an SQL text or a loader of objects does what it is told: once a visitor's words reach it, "
        "the visitor runs it."
    ),
    fix=(
        "Give programs lists of arguments without a shell, databases their parameters apart from the SQL, and loaders "
        "only what you wrote (`yaml.safe_load`, JSON)."
    ),
    link="https://cheatsheetseries.owasp.org/cheatsheets/Injection_Prevention_Cheat_Sheet.html",
    check=check,
    good=Example({"app.py": "import subprocess\n"}, {"scan": CLEAN}),
    bad=Example({"app.py": "import subprocess\n\nsubprocess.run(input(), shell=True)\n"}, {"scan": FOUND}),
    details=(
        "Looked at: the application's own Python by ruff's S rules (S102, S301, S306, S307, S323, S501, S502, S503, "
        "S506, S507, S602, S605, S608, S612), its JavaScript and TypeScript by ast-grep with patterns of ours for "
        "`eval`, commands, SQL, file names, `node-serialize` and certificates. Tests, documentation, examples, "
        "configuration of build tools and what others wrote aside. It blocks where a visitor's words are seen to "
        "reach the line: from the request, by a name in the same function or a parameter of the route. SQL, `pickle` "
        "and file names are told only then. Comments such as `# noqa` and the repository's own configuration of these "
        "tools change nothing: a waiver in `slipway.yml` does, with the rule's name as its `id`."
    ),
)
