"""What was learnt of OSV, in files that the processes of one Slipway share: its outages and its records."""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.scan.osv_answers import Gravity, Vulnerability

#: Seconds for which one that didn't answer isn't asked again.
AWAY = 60.0
#: Records that are kept, the newest.
MOST = 3000


@dataclass(frozen=True)
class OsvMemory:
    """Lives in a folder; what can't be read or written there is not remembered."""

    folder: Path
    #: Unix seconds.
    clock: Callable[[], float]

    def why_away(self) -> str:
        """Why it didn't answer a moment ago; empty: it may be asked."""
        try:
            at, _, why = (self.folder / "osv-away").read_text().partition(" ")
            return why if 0 <= self.clock() - float(at) < AWAY else ""
        except (OSError, ValueError):
            return ""

    def went_away(self, why: str) -> None:
        """It didn't answer."""
        self._write("osv-away", f"{self.clock()} {why}")

    def came_back(self) -> None:
        """It answered."""
        with suppress(OSError):
            (self.folder / "osv-away").unlink()

    def records(self) -> dict[str, Vulnerability]:
        """Records by id."""
        try:
            content = json.loads((self.folder / "osv-records.json").read_text())
            return {each["id"]: _record(each) for each in content}
        except (OSError, ValueError, TypeError, KeyError):
            return {}

    def keep(self, records: Iterable[Vulnerability]) -> None:
        """Notes records, over those of the same ids."""
        known = self.records() | {each.id: each for each in records}
        self._write("osv-records.json", json.dumps([asdict(each) for each in list(known.values())[-MOST:]]))

    def _write(self, name: str, text: str) -> None:
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, new = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "w") as file:
                file.write(text)
            Path(new).replace(self.folder / name)


def _record(each: Mapping[str, object]) -> Vulnerability:
    fixed, aliases = each["fixed"], each["aliases"]
    if not isinstance(fixed, dict) or not isinstance(aliases, list):
        raise ValueError("no record")
    return Vulnerability(
        id=str(each["id"]),
        modified=str(each["modified"]),
        aliases=tuple(aliases),
        summary=str(each["summary"]),
        gravity=Gravity(int(str(each["gravity"]))),
        withdrawn=bool(each["withdrawn"]),
        fixed={name: tuple(versions) for name, versions in fixed.items()},
    )
