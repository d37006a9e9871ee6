"""What a rule says against a commit, and how grave that is."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs. The light is red with one that blocks, yellow with warnings alone, else green."""

    BLOCKING = "blocking"
    WARNING = "warning"
    #: Worth knowing; it doesn't colour the light.
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found. What others wrote stands in `message` and `path` as they wrote it."""

    rule: str
    severity: Severity
    #: One sentence about this very place.
    message: str
    #: Relative to the repository; empty: about the application as a whole.
    path: str = ""
    #: From 1; 0: about the file as a whole.
    line: int = 0
    #: What makes it the same finding in another commit: never the line, never a secret.
    key: str = ""
    #: The name of the fix that a button can make; empty: none.
    fix: str = ""


#: In which order findings are told.
WEIGHT = {Severity.BLOCKING: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def told_first(finding: Finding) -> tuple[int, str, str, int, str]:
    """The key to sort findings by: blocking ones first, then by rule and place."""
    return WEIGHT[finding.severity], finding.rule, finding.path, finding.line, finding.message
