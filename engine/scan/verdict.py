"""What a part of the scan says, as a rule's verdict."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Hit, Kept, NotApplicable, NotLooked, Verdict
from engine.scan.result import PartName, PartState, ScanFinding

NOBODY = "nobody scanned this commit"


def verdict_of(facts: Facts, name: PartName) -> Verdict:
    """Broken by what was found; kept only where the part could say all."""
    if facts.scan is None:
        return NotLooked(NOBODY)
    part = next((each for each in facts.scan.parts if each.name is name), None)
    found = [each for each in facts.scan.findings if each.part is name]
    if found:
        return Broken(tuple(_hit(each) for each in found))
    if part is None or part.why or part.state is PartState.INCONCLUSIVE:
        return NotLooked(part.why if part is not None and part.why else NOBODY)
    return NotApplicable() if part.state is PartState.NOTHING else Kept()


def _hit(finding: ScanFinding) -> Hit:
    severity = Severity.BLOCKING if finding.blocks else Severity.WARNING
    return Hit(finding.message, finding.path, finding.line, finding.key, severity)
