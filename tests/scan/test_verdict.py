"""What the rules make of a scan: kept only where it could say all."""

import pytest

from engine.detect.tree import MemoryTree
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.judge import Judged, judge
from engine.readiness.rules.table import SCANNED
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart, ScanResult

PARTS = {
    PartName.SECRETS: "no-secrets",
    PartName.CODE: "no-risky-code",
    PartName.DEPENDENCIES: "no-vulnerable-dependencies",
}


def judged(scan: ScanResult | None) -> Judged:
    return judge(Facts(tree=MemoryTree({}), scan=scan), SCANNED)


def with_part(name: PartName, state: PartState, why: str = "", *findings: ScanFinding) -> ScanResult:
    """All parts clean but one."""
    others = [ScanPart(each, PartState.CLEAN) for each in PartName if each is not name]
    return ScanResult((*others, ScanPart(name, state, "tool", why)), findings)


def test_without_a_scan_nothing_is_passed() -> None:
    result = judged(None)
    assert (result.findings, result.passed, len(result.unseen)) == ((), (), 4)


@pytest.mark.parametrize("name", PARTS)
def test_what_could_not_be_said_is_never_passed(name: PartName) -> None:
    result = judged(with_part(name, PartState.INCONCLUSIVE, "the moon is away"))
    assert PARTS[name] not in {each.rule for each in result.passed}
    assert [(each.rule, each.why) for each in result.unseen] == [(PARTS[name], "the moon is away")]
    (finding,) = result.findings
    assert (finding.rule, finding.severity) == ("scan-complete", Severity.WARNING)
    assert finding.message.endswith("is not known in full: the moon is away.")


@pytest.mark.parametrize("name", PARTS)
def test_a_scan_that_said_all_passes(name: PartName) -> None:
    result = judged(with_part(name, PartState.CLEAN))
    assert {each.rule for each in result.passed} == {*PARTS.values(), "scan-complete"}
    assert result.findings == ()


@pytest.mark.parametrize("name", PARTS)
def test_where_there_is_nothing_the_rule_does_not_apply(name: PartName) -> None:
    result = judged(with_part(name, PartState.NOTHING))
    told = {each.rule for each in result.passed} | {each.rule for each in result.unseen}
    assert PARTS[name] not in told
    assert result.findings == ()


@pytest.mark.parametrize(("blocks", "severity"), [(True, Severity.BLOCKING), (False, Severity.WARNING)])
def test_a_finding_weighs_what_the_scan_says(blocks: bool, severity: Severity) -> None:
    found = ScanFinding(PartName.CODE, "S602", "A shell reads this.", "app.py", 3, blocks, "S602|0")
    (finding,) = judged(with_part(PartName.CODE, PartState.FOUND, "", found)).findings
    assert (finding.rule, finding.severity, finding.path, finding.line) == ("no-risky-code", severity, "app.py", 3)


def test_what_was_found_beside_an_open_end_is_told_with_it() -> None:
    found = ScanFinding(PartName.CODE, "S602", "A shell reads this.", "app.py", 3, True, "S602|0")
    result = judged(with_part(PartName.CODE, PartState.FOUND, "b.py is too large", found))
    assert [each.rule for each in result.findings] == ["no-risky-code", "scan-complete"]
