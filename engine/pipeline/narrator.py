"""Who is told how a build goes: a job (SQL, logs, reports) or a terminal."""

from typing import Protocol

from engine.domain.build import BuildState
from engine.pipeline.revision import Revision


class Narrator(Protocol):
    """Told of everything, and asked whether to go on."""

    def enter(self, state: BuildState, message: str) -> None:
        """A stage begins. Raises Superseded or LeaseLost when the build should end."""
        ...

    def line(self, text: str) -> None:
        """A line of our own in the log."""
        ...

    def output(self, data: bytes) -> None:
        """Output of a command, in pieces as they come; called from any thread."""
        ...

    def tail(self) -> list[str]:
        """The newest lines that came after the last one of our own: what the running command says."""
        ...

    def planned(self, revision: Revision, port: int) -> None:
        """Detection has a plan, and this is the port that the application will get."""
        ...

    def check(self) -> None:
        """Raises Superseded or LeaseLost when the build should end."""
        ...
