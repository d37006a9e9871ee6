"""Scans as SQL keeps them: the same commit is scanned once, and once more when the scan couldn't say all or is old."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import TypeAdapter

from engine.forge.port import RepositoryRef
from engine.scan.files import Files
from engine.scan.result import ScanResult
from engine.scan.scanner import Scanner
from engine.store import scans
from engine.store.database import Database
from engine.store.scans import StoredScan

_RESULT = TypeAdapter(ScanResult)


@dataclass(frozen=True)
class StoredScans:
    """What scans found, and the scanner for what nobody scanned yet."""

    database: Database
    scanner: Scanner
    #: Seconds for which a scan that could say all counts (`intervals.scan_age`).
    age: float
    #: Unix seconds.
    clock: Callable[[], float] = time.time

    def scan_of(
        self, repository: RepositoryRef, sha: str, files: Callable[[], Files], *, age: float | None = None
    ) -> ScanResult:
        """The stored scan of the commit when it counts still (`age` instead of ours), else a new one, which is stored.

        `files` is called only for a new one; raises what it raises.
        """
        with self.database.read() as connection:
            known = scans.of_commit(connection, repository.id, sha)
        if known is not None and known.conclusive and self.clock() - known.made_at < (self.age if age is None else age):
            return scan_from_json(known.result)
        result = self.scanner.scan(files())
        kept = StoredScan(
            repository_id=repository.id,
            sha=sha,
            installation_id=repository.installation_id,
            result=scan_json(result),
            conclusive=not result.inconclusive,
            made_at=self.clock(),
        )
        with self.database.write() as connection:
            scans.keep(connection, kept)
        return result


def scan_json(result: ScanResult) -> str:
    """As it is stored: the same scan is the same text."""
    return _RESULT.dump_json(result).decode()


def scan_from_json(text: str) -> ScanResult:
    """What `scan_json` wrote."""
    return _RESULT.validate_json(text)
