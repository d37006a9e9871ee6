"""One read of an environment variable, in whatever language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Read:
    """What a source says."""

    name: str
    line: int
    #: True: the code does without it.
    has_default: bool
    #: The default where it is a literal.
    default: str = ""
