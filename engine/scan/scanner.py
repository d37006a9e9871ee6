"""Scans the files of a commit: secrets, risky code, vulnerable dependencies."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from engine.scan import code, dependencies, secrets
from engine.scan.copies import copied
from engine.scan.files import Files
from engine.scan.osv import Osv
from engine.scan.osv_memory import OsvMemory
from engine.scan.programs import Programs
from engine.scan.result import ScanFinding, ScanResult
from engine.settings import Settings
from engine.shell.port import Shell
from engine.shell.real import RealShell


class Scanner:
    """Scans; what is learnt of OSV's answers and outages is remembered in `folder`, which several may share."""

    def __init__(
        self, osv_url: str, folder: Path, shell: Shell | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._osv = Osv(osv_url, OsvMemory(folder, clock))
        self._programs = Programs(shell or RealShell())

    def scan(self, tree: Files) -> ScanResult:
        """The whole repository's files, in at most a minute. What can't be said is INCONCLUSIVE; raises only what
        reading `tree` raises.
        """
        with copied(tree) as copies, ThreadPoolExecutor(3) as threads:
            looking = [
                threads.submit(secrets.look, self._programs, copies),
                threads.submit(code.look, self._programs, copies),
                threads.submit(dependencies.look, self._osv, tree),
            ]
            looked = [each.result() for each in looking]
        return ScanResult(
            parts=tuple(part for part, _ in looked),
            findings=tuple(_storable(finding) for _, findings in looked for finding in findings),
        )


def _storable(finding: ScanFinding) -> ScanFinding:
    """A name that isn't UTF-8 can be in a tree and in no JSON."""
    return replace(finding, path=finding.path.encode(errors="replace").decode())


def scanner_of(settings: Settings) -> Scanner:
    """The scanner that shares its memory with the other processes of this Slipway."""
    return Scanner(settings.osv_url, settings.data_dir / "scan")
