"""One thing that a dependency file names."""

import re
from dataclasses import dataclass

#: `==1.2`, `===1.2`: nothing else is one version.
EXACT = re.compile(r"={2,3}\s*[^*,]+$")
UPPER_BOUND = re.compile(r"<|~=|\^|~|==")


@dataclass(frozen=True)
class Requirement:
    """A dependency as a file names it."""

    #: Lower case, with hyphens.
    name: str
    #: `==3.0.1`, `^4.18`, `git+https://…`, an empty text when no version is said.
    version: str
    #: Relative to the application's folder.
    path: str
    line: int
    #: The whole line, without its comment.
    text: str
    extras: frozenset[str] = frozenset()
    #: The part behind `;`.
    marker: str = ""
    #: Only development needs it.
    development: bool = False

    @property
    def exact(self) -> bool:
        """True when no other version can be meant."""
        return EXACT.match(self.version) is not None

    @property
    def bounded(self) -> bool:
        """True when a next major version can't come by itself."""
        return UPPER_BOUND.search(self.version) is not None

    @property
    def direct(self) -> bool:
        """True for an address or a path in place of a version."""
        return "://" in self.version or self.version.startswith(("file:", ".", "/", "git@"))


def normal(name: str) -> str:
    """A package's name as all registries of Python compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
