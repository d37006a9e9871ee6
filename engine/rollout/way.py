"""Makes way for an application that insists on the port of the one before."""

from collections.abc import Mapping
from dataclasses import replace

from engine.targets.port import Bundle, Place, Target


def in_the_way(place: Place, bundle: Bundle) -> bool:
    """True when what serves has the very port that this one insists on: they can't run side by side."""
    return bundle.port != 0 and bundle.port == place.environment.port


def make_way(target: Target, place: Place, bundle: Bundle, kept: Mapping[str, str]) -> None:
    """Ends what serves if it is in the way."""
    if in_the_way(place, bundle):
        nothing = replace(place.environment, release_id="", port=0)
        target.settle(replace(place, environment=nothing), kept)
