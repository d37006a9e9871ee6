"""The files of a commit under another commit's configuration: a fork has no word in how it is built (B14)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.project.config import PROJECT_FILE
from engine.source.archive import Entry
from engine.source.snapshot import Snapshot


@dataclass(frozen=True)
class AsConfigured:
    """A commit's files, but for `slipway.yml`, which says what `project` says; None: there is none."""

    snapshot: Snapshot
    project: bytes | None

    def paths(self) -> Collection[str]:
        """The path of every file, sorted."""
        own = {PROJECT_FILE} if self.project is not None else set()
        return sorted({*self.snapshot.paths()} - {PROJECT_FILE} | own)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when it isn't there."""
        return self.project if path == PROJECT_FILE else self.snapshot.read(path)

    def entries(self) -> Iterable[Entry]:
        """Every file with its bytes, as the commit has them: what is asked of the configuration is `read`."""
        return self.snapshot.entries()
