"""No key, token or password stands in the repository."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Rule, Verdict
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart, ScanResult
from engine.scan.verdict import verdict_of

TOOL = "detect-secrets 1.5.0"
CLEAN = ScanResult((ScanPart(PartName.SECRETS, PartState.CLEAN, TOOL),))
FOUND = ScanResult(
    (ScanPart(PartName.SECRETS, PartState.FOUND, TOOL),),
    (
        ScanFinding(
            PartName.SECRETS, "AWS access key", "An AWS access key stands here.", "app.py", 3, True, "AWS access key|0"
        ),
    ),
)


def check(facts: Facts) -> Verdict:
    """As the scan's part says."""
    return verdict_of(facts, PartName.SECRETS)


RULE = Rule(
    id="no-secrets",
    title="No secret stands in the repository",
    severity=Severity.BLOCKING,
    why=(
        "Whoever may read the repository, now or later, has what the key opens; taking it out of the newest commit "
        "leaves it in the history."
    ),
    fix=(
        "Take the key back where it was issued and make a new one. Give that to the application as a variable "
        "(`/env set NAME`), never as a line of the repository."
    ),
    link="https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
    check=check,
    good=Example({"app.py": "import os\n"}, {"scan": CLEAN}),
    bad=Example({"app.py": "import os\n\n…"}, {"scan": FOUND}),
    details=(
        "Looked at: every text file of the repository of at most 2 MB, by gitleaks where the worker has it, else by "
        "detect-secrets' patterns for keys of known issuers (AWS, GitHub, GitLab, Slack, Stripe, npm, PyPI, OpenAI and "
        "others) and for private keys. Those block. What only looks like a password, because of the name that it is "
        "given to, is a warning; so are keys in tests, documentation and examples. Private keys of tests aren't told. "
        "Lock files, pictures and what others wrote aren't looked at. Comments such as `pragma: allowlist secret` "
        "change nothing: a waiver in `slipway.yml` does. A value is never stored, logged or shown."
    ),
)
