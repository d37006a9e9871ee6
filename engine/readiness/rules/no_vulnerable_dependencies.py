"""No package that the lock files pin is known to be vulnerable."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Rule, Verdict
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart, ScanResult
from engine.scan.verdict import verdict_of

CLEAN = ScanResult((ScanPart(PartName.DEPENDENCIES, PartState.CLEAN, "OSV"),))
FOUND = ScanResult(
    (ScanPart(PartName.DEPENDENCIES, PartState.FOUND, "OSV"),),
    (
        ScanFinding(
            PartName.DEPENDENCIES,
            "GHSA-462w-v97r-4m45",
            "jinja2 2.10 has GHSA-462w-v97r-4m45 (high): Jinja2 sandbox escape. Mended in 2.10.1.",
            "requirements.txt",
            1,
            True,
            "GHSA-462w-v97r-4m45|PyPI/jinja2",
            "https://osv.dev/vulnerability/GHSA-462w-v97r-4m45",
        ),
    ),
)


def check(facts: Facts) -> Verdict:
    """As the scan's part says."""
    return verdict_of(facts, PartName.DEPENDENCIES)


RULE = Rule(
    id="no-vulnerable-dependencies",
    title="No dependency is known to be vulnerable",
    severity=Severity.BLOCKING,
    why="A published vulnerability comes with instructions: whoever looks for servers that have it finds yours too.",
    fix="Raise the package to the version that the finding names, and write the lock file anew.",
    link="https://google.github.io/osv.dev/",
    check=check,
    good=Example({"requirements.txt": "jinja2==3.1.6\n"}, {"scan": CLEAN}),
    bad=Example({"requirements.txt": "jinja2==2.10\n"}, {"scan": FOUND}),
    details=(
        "Looked at: `requirements.txt` (what is pinned by `==`, and what it includes), `uv.lock`, `poetry.lock`, "
        "`Pipfile.lock`, `package-lock.json`, `npm-shrinkwrap.json`, `yarn.lock`, `pnpm-lock.yaml`, each asked of OSV "
        "(`OSV_URL`). Packages for development alone are left out where the file says which they are. High and "
        "critical ones block (GitHub's word, else CVSS 3), and malicious packages; the others are warnings. A file "
        "without versions, or an OSV that can't be reached, makes the scan inconclusive (`scan-complete`), never clean."
    ),
)
