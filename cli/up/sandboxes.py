"""The sandboxes that outlive their host by design: which live, and their end when the whole house ends."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cli.up.probes import status_of

#: Seconds for the end of all of them.
PATIENCE = 2.0
PAGE = 100


@dataclass(frozen=True)
class SandboxHost:
    """The host of this house, asked through its own door."""

    port: int
    api_key: str = field(repr=False)

    def living(self) -> set[str] | None:
        """Ids of the sandboxes that live; None when the host doesn't answer."""
        found: set[str] = set()
        while True:
            path = f"/v2/sandboxes?limit={PAGE}&nextToken={len(found)}"
            status, body = status_of("127.0.0.1", self.port, path, headers=self._headers)
            if status != 200:
                return None
            page = {str(each["sandboxID"]) for each in json.loads(body)}
            found |= page
            if len(page) < PAGE:
                return found

    def kill_all(self) -> int | None:
        """Ends every sandbox; how many still live when the time for it is over, None when the host doesn't answer."""
        end = time.monotonic() + PATIENCE
        while (living := self.living()) and time.monotonic() < end:
            with ThreadPoolExecutor(8) as killers:
                list(killers.map(self._kill, living))
        return None if living is None else len(living)

    def _kill(self, sandbox_id: str) -> None:
        status_of("127.0.0.1", self.port, f"/sandboxes/{sandbox_id}", method="DELETE", headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-API-KEY": self.api_key}
