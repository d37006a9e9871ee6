"""A Shell that keeps what it was asked, so that tests can see that no secret is in an argv."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.shell.port import Output, Shell


@dataclass(frozen=True)
class Asked:
    """One call."""

    argv: tuple[str, ...]
    environment: dict[str, str]


@dataclass
class RecordingShell:
    """The Shell port: records each call, then lets `inner` answer."""

    inner: Shell
    asked: list[Asked] = field(default_factory=list)

    def run(
        self,
        argv: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        limit: int = 1 << 30,
        stdin: bytes = b"",
    ) -> Output:
        """As `inner` does."""
        self.asked.append(Asked(tuple(argv), dict(environment)))
        return self.inner.run(argv, folder=folder, environment=environment, timeout=timeout, limit=limit, stdin=stdin)
