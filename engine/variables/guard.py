"""The guard: previews never get a value that an environment keeps for itself. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.settings import Secret


@dataclass(frozen=True)
class Guarded:
    """What an environment keeps for itself."""

    environment: str
    #: Its guarded keys with their values.
    values: Mapping[str, Secret]


@dataclass(frozen=True)
class Clash:
    """A key of a preview that would get a guarded value. The value itself is told nowhere."""

    key: str
    #: Whose value it is.
    environment: str
    guarded_key: str

    @property
    def sentence(self) -> str:
        """For people."""
        what = "its value" if self.key == self.guarded_key else f"the value of {self.guarded_key}"
        return f"{self.key} would be {what} in {self.environment}, which is guarded"


def guarded(wanted: Mapping[str, Secret], environments: Sequence[Guarded]) -> tuple[Clash, ...]:
    """The keys by which a preview with the values `wanted` would get a guarded one, or reach the same place with it."""
    return tuple(
        Clash(key, owner.environment, guarded_key)
        for key, value in wanted.items()
        for owner in environments
        for guarded_key, kept in owner.values.items()
        if places_of(value) & places_of(kept)
    )


def places_of(value: Secret) -> frozenset[str]:
    """What a value is told by: itself and, of an address, where it leads, whoever signs in there. Empty: nothing."""
    text = value.reveal().strip()
    if not text:
        return frozenset()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return frozenset({text})
    if "://" not in text or not host:
        return frozenset({text})
    return frozenset({text, f"{host.lower()}:{port or ''}{parts.path.rstrip('/')}"})
