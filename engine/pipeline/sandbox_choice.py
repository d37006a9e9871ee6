"""Which sandbox a build works in: the preview's own, one that an earlier attempt left, or a fresh one."""

from collections.abc import Mapping

from engine.domain.preview import Preview
from engine.pipeline.narrator import Narrator
from engine.sandboxes.port import Sandbox, Sandboxes, SandboxGone, SandboxSpec

#: Seconds that a preview's sandbox may live without a build.
LIFETIME = 30 * 86_400.0
PREVIEW_KEY = "slipway_preview"
GENERATION_KEY = "slipway_generation"
#: Which Slipway made it: several may share one host.
INSTANCE_KEY = "slipway_instance"


def choose(sandboxes: Sandboxes, preview: Preview, instance: str, trust: str, narrator: Narrator) -> Sandbox:
    """The sandbox for this preview's life, marked as `instance`'s. Raises Unreachable when the host is away."""
    metadata = metadata_of(preview)
    known = [preview.sandbox_id] if preview.sandbox_id else sandboxes.find(metadata)
    for sandbox_id in known:
        try:
            return sandboxes.connect(sandbox_id)
        except SandboxGone as error:
            narrator.line(f"{error}; starting a fresh one.")
    spec = SandboxSpec(preview.id, trust, LIFETIME, metadata | {INSTANCE_KEY: instance})
    return sandboxes.create(spec)


def metadata_of(preview: Preview) -> dict[str, str]:
    """What the sandboxes of this life of a preview are found by."""
    return {PREVIEW_KEY: preview.id, GENERATION_KEY: str(preview.generation)}


def surplus_of(sandboxes: Sandboxes, preview: Preview) -> list[str]:
    """Sandboxes of a preview that nothing uses; only while none of its builds is worked on."""
    every = sandboxes.find({PREVIEW_KEY: preview.id})
    return [sandbox_id for sandbox_id, metadata in every.items() if not in_use(preview, sandbox_id, metadata)]


def in_use(preview: Preview, sandbox_id: str, metadata: Mapping[str, str]) -> bool:
    """True of the sandbox that this life of the preview lives in."""
    generation = metadata.get(GENERATION_KEY) == str(preview.generation)
    return preview.life == "open" and generation and sandbox_id == preview.sandbox_id
