"""The security scan could say all."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotLooked, Rule, Verdict, broken_by
from engine.scan.result import PartName, PartState, ScanPart, ScanResult
from engine.scan.verdict import NOBODY

WORDS = {
    PartName.SECRETS: "Whether secrets stand in it",
    PartName.CODE: "Whether its code is risky",
    PartName.DEPENDENCIES: "Whether its dependencies are vulnerable",
}
CLEAN = ScanResult((ScanPart(PartName.DEPENDENCIES, PartState.CLEAN, "OSV"),))
AWAY = ScanResult((ScanPart(PartName.DEPENDENCIES, PartState.INCONCLUSIVE, "OSV", "OSV can't be reached"),))


def check(facts: Facts) -> Verdict:
    """A hit for each part that couldn't."""
    if facts.scan is None:
        return NotLooked(NOBODY)
    open_parts = facts.scan.inconclusive
    return broken_by(
        [Hit(f"{WORDS[part.name]} is not known in full: {part.why}.", key=part.name) for part in open_parts]
    )


RULE = Rule(
    id="scan-complete",
    title="The security scan could say all",
    severity=Severity.WARNING,
    why="What nobody could look at may be well or not: it is never taken for clean.",
    fix=(
        "Do what the finding names: pin the versions (`lock-file`), keep big texts out of the repository. Where a "
        "service was away, ask again with `/readiness`."
    ),
    link="https://google.github.io/osv.dev/api/",
    check=check,
    good=Example({"requirements.txt": "flask==3.1.3\n"}, {"scan": CLEAN}),
    bad=Example({"requirements.txt": "flask==3.1.3\n"}, {"scan": AWAY}),
    details=(
        "Broken by each part of the scan (secrets, code, dependencies) that is inconclusive. The light is never green "
        "then. Before a deploy it warns and doesn't stop: the log, the timeline and the report say so."
    ),
)
