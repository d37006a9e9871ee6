"""The analysers: programs beside our Python, run over copies with nothing of ours in their environment."""

import json
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import Unreachable
from engine.shell.port import Output, Shell

#: Bytes that one may say.
SAID = 16 << 20


class CannotSay(Exception):
    """A program could not look, in words for whoever reads the report."""


@dataclass(frozen=True)
class Programs:
    """Runs analysers."""

    shell: Shell
    #: Where they find what they need of the system.
    search_path: str = "/usr/local/bin:/usr/bin:/bin"

    def run(self, argv: tuple[str, ...], folder: Path, *, seconds: float, good: tuple[int, ...] = (0,)) -> Output:
        """What it said, if it ended with one of `good`. Raises CannotSay."""
        name = Path(argv[0]).name
        # Its home is the folder of copies: no configuration of this account is read.
        environment = {"PATH": self.search_path, "HOME": str(folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        try:
            said = self.shell.run(argv, folder=folder, environment=environment, timeout=seconds, limit=SAID)
        except Unreachable as error:
            raise CannotSay(str(error)) from error
        if said.exit_code not in good:
            raise CannotSay(f"{name} ended with {said.exit_code}")
        return said


def told(said: bytes, name: str) -> list[dict[str, Any]]:
    """The list of objects that a program wrote as JSON. Raises CannotSay: anything else is never taken for none."""
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise CannotSay(f"the answer of {name} could not be read")
    return found


def installed(name: str) -> str:
    """Where a program lies that came with our own packages. Raises CannotSay."""
    file = Path(sysconfig.get_path("scripts")) / name
    if not file.is_file():
        raise CannotSay(f"{name} is not installed")
    return str(file)
