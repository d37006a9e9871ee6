"""What a scan found, and what it couldn't look at."""

from dataclasses import dataclass
from enum import StrEnum


class PartName(StrEnum):
    """What is looked for."""

    SECRETS = "secrets"
    CODE = "code"
    DEPENDENCIES = "dependencies"


class PartState(StrEnum):
    """How one part went."""

    CLEAN = "clean"
    FOUND = "found"
    #: It couldn't be said: never taken for clean.
    INCONCLUSIVE = "inconclusive"
    #: There is nothing here to look at.
    NOTHING = "nothing"


@dataclass(frozen=True)
class ScanPart:
    """One of the three."""

    name: PartName
    state: PartState
    #: What looked, with its version, such as `ruff 0.14.2`.
    tool: str = ""
    #: Why it couldn't say all; empty when it could. What was found is found all the same.
    why: str = ""


@dataclass(frozen=True)
class ScanFinding:
    """One thing that a scan found. A secret's value is never in it."""

    part: PartName
    #: The tool's own name of it: `S602`, `GHSA-…`, `AWS Access Key`.
    id: str
    #: One sentence; what others wrote stands in it as they wrote it.
    message: str
    path: str
    #: From 1; 0: about the file as a whole.
    line: int
    #: True: it turns the scan red when it is new.
    blocks: bool
    #: What makes it the same finding in another commit: never a line, never a secret.
    key: str
    #: Where there is more to read.
    link: str = ""


@dataclass(frozen=True)
class ScanResult:
    """A scan of one commit: always all three parts."""

    parts: tuple[ScanPart, ...]
    findings: tuple[ScanFinding, ...] = ()

    @property
    def inconclusive(self) -> tuple[ScanPart, ...]:
        """The parts that couldn't say all."""
        return tuple(part for part in self.parts if part.why or part.state is PartState.INCONCLUSIVE)
