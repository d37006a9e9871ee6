"""Risky code, by the analyser of each language."""

from collections.abc import Callable

from engine.scan import node_code, python_code
from engine.scan.copies import Copies
from engine.scan.programs import CannotSay, Programs
from engine.scan.python_code import Looked
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart

MOST = 300
ANALYSERS: tuple[Callable[[Programs, Copies], Looked | None], ...] = (python_code.look, node_code.look)


def look(programs: Programs, copies: Copies) -> tuple[ScanPart, tuple[ScanFinding, ...]]:
    """The part and what it found."""
    looked: list[Looked] = []
    left: list[str] = [each for each in copies.unread[:1] if copies.by_name]
    for analyser in ANALYSERS:
        try:
            said = analyser(programs, copies)
        except CannotSay as error:
            left.append(str(error))
            continue
        looked += [said] if said else []
    left += [each.why for each in looked if each.why]
    # What blocks is kept first, so that nothing hides it in a crowd.
    findings = sorted((finding for each in looked for finding in each.findings), key=lambda each: not each.blocks)
    left += [f"more than {MOST} were found"] if len(findings) > MOST else []
    tool, why = ", ".join(each.tool for each in looked), "; ".join(left)
    if findings:
        return ScanPart(PartName.CODE, PartState.FOUND, tool, why), tuple(findings[:MOST])
    state = PartState.INCONCLUSIVE if why else PartState.CLEAN if looked else PartState.NOTHING
    return ScanPart(PartName.CODE, state, tool, why), ()
