"""Sandboxes that the reaper stays connected to: connecting costs more than asking."""

import time

from engine.errors import OutsideError
from engine.sandboxes.port import Sandbox, Sandboxes

#: Seconds after which a sandbox is connected to anew, which also prolongs its life at the host.
AGE = 3600.0


class Handles:
    """Connections by sandbox id."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self._kept: dict[str, tuple[float, Sandbox]] = {}

    def get(self, sandbox_id: str) -> Sandbox:
        """The living sandbox of that id. Raises SandboxGone or Unreachable."""
        now = time.monotonic()
        since, sandbox = self._kept.get(sandbox_id, (now - AGE, None))
        if sandbox is None or now - since >= AGE:
            sandbox = self._sandboxes.connect(sandbox_id)
            self._kept[sandbox_id] = (now, sandbox)
        return sandbox

    def drop(self, sandbox_id: str) -> None:
        """Forgets one that didn't answer as it should."""
        self._kept.pop(sandbox_id, None)

    def keep_only(self, sandbox_ids: set[str]) -> None:
        """Forgets all others."""
        self._kept = {sandbox_id: each for sandbox_id, each in self._kept.items() if sandbox_id in sandbox_ids}


class HostAway(OutsideError):
    """One sandbox after the other doesn't answer: the host itself is away."""
