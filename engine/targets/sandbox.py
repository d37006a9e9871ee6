"""Which sandbox an environment lives in: one for all its releases, found again by what it carries."""

from engine.pipeline.narrator import Narrator
from engine.pipeline.sandbox_choice import INSTANCE_KEY, LIFETIME
from engine.sandboxes.port import Sandbox, Sandboxes, SandboxGone, SandboxSpec
from engine.targets.port import Place

#: Whose sandbox it is: the environment's id.
ENVIRONMENT_KEY = "slipway_environment"


def metadata_of(place: Place) -> dict[str, str]:
    """What the sandboxes of an environment are found by."""
    return {ENVIRONMENT_KEY: place.environment.id, INSTANCE_KEY: place.instance}


def find(sandboxes: Sandboxes, place: Place) -> Sandbox | None:
    """The one that it lives in, or that an earlier attempt made and couldn't note. Raises Unreachable."""
    noted = place.environment.sandbox_id
    for sandbox_id in [noted] if noted else []:
        try:
            return sandboxes.connect(sandbox_id)
        except SandboxGone:
            continue
    for sandbox_id in sandboxes.find(metadata_of(place)):
        try:
            return sandboxes.connect(sandbox_id)
        except SandboxGone:
            continue
    return None


def find_or_make(sandboxes: Sandboxes, place: Place, narrator: Narrator) -> Sandbox:
    """The one that it lives in, else a fresh one. Raises Unreachable."""
    found = find(sandboxes, place)
    if found is not None:
        return found
    if place.environment.sandbox_id:
        narrator.line("The environment's sandbox is gone; starting a fresh one.")
    trust = f"repository:{place.environment.repository_id}"
    return sandboxes.create(SandboxSpec(place.environment.id, trust, LIFETIME, metadata_of(place)))


def require(sandboxes: Sandboxes, place: Place) -> Sandbox:
    """The one that it lives in. Raises SandboxGone."""
    found = find(sandboxes, place)
    if found is None:
        raise SandboxGone(f"connecting to the sandbox of {place.environment.name}: it is gone")
    return found
