"""A package at one version, as a lock file names it."""

from dataclasses import dataclass, field

PYPI, NPM = "PyPI", "npm"


@dataclass(frozen=True)
class Pin:
    """What OSV is asked about."""

    #: As OSV calls it: `PyPI`, `npm`.
    ecosystem: str
    name: str
    version: str
    path: str
    #: Text at whose first place in the file the package stands.
    mark: str = ""


@dataclass(frozen=True)
class Locked:
    """What a file pins, and what it leaves open, a short sentence each."""

    pins: tuple[Pin, ...] = ()
    open: tuple[str, ...] = ()


@dataclass
class Pins:
    """Pins of one file as they are found, each package and version once."""

    ecosystem: str
    path: str
    _found: dict[tuple[str, str], Pin] = field(default_factory=dict)

    def add(self, name: str, version: str, mark: str) -> None:
        """One more."""
        if (name, version) not in self._found:
            self._found[name, version] = Pin(self.ecosystem, name, version, self.path, mark)

    def locked(self) -> Locked:
        """All of them."""
        return Locked(tuple(self._found.values()))
