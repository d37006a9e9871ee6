"""What a detector answers: what it found, or nothing."""

from dataclasses import dataclass

from engine.errors import Cause


@dataclass(frozen=True)
class NotDetected:
    """No runtime knows this tree; `cause` says what was looked for."""

    cause: Cause


@dataclass(frozen=True)
class NotMine:
    """This detector's runtime isn't in the tree."""


@dataclass(frozen=True)
class Almost:
    """The runtime is there, but something that it needs isn't; `cause` says what."""

    cause: Cause
