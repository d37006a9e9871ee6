"""The Shell port: programs on this machine (git). Promise: argv lists only; the whole group dies on time-out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Output:
    """What a program said and how it ended."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class Shell(Protocol):
    """Runs programs."""

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
        """Runs to the end with exactly `environment`. Raises Unreachable after `timeout` seconds or `limit` bytes."""
        ...
