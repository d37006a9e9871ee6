"""Which sandbox a build works in: the preview's own, one that an earlier attempt left, or a fresh one."""

from engine.domain.preview import Preview
from engine.pipeline.narrator import Narrator
from engine.sandboxes.port import Sandbox, Sandboxes, SandboxGone, SandboxSpec

#: Seconds that a preview's sandbox may live without a build.
LIFETIME = 30 * 86_400.0
PREVIEW_KEY = "slipway_preview"
GENERATION_KEY = "slipway_generation"


def choose(sandboxes: Sandboxes, preview: Preview, narrator: Narrator) -> Sandbox:
    """The sandbox for this preview's life. Raises Unreachable when the host is away."""
    metadata = metadata_of(preview)
    known = [preview.sandbox_id] if preview.sandbox_id else sandboxes.find(metadata)
    for sandbox_id in known:
        try:
            return sandboxes.connect(sandbox_id)
        except SandboxGone as error:
            narrator.line(f"{error}; starting a fresh one.")
    spec = SandboxSpec(preview.id, f"repository:{preview.repository_id}", LIFETIME, metadata)
    return sandboxes.create(spec)


def metadata_of(preview: Preview) -> dict[str, str]:
    """What the sandboxes of this life of a preview are found by."""
    return {PREVIEW_KEY: preview.id, GENERATION_KEY: str(preview.generation)}


def of_earlier_lives(sandboxes: Sandboxes, preview: Preview) -> list[str]:
    """Sandboxes of a preview that none of its builds may use any more."""
    every = sandboxes.find({PREVIEW_KEY: preview.id})
    used = sandboxes.find(metadata_of(preview)) if preview.life == "open" else []
    return [sandbox_id for sandbox_id in every if sandbox_id not in used]
