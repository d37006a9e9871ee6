"""Ends what a build started, wherever that is, and proves it by the host's own list."""

from engine.domain.preview import Preview
from engine.errors import OutsideError
from engine.pipeline.revision import BUILD_TAG
from engine.pipeline.sandbox_choice import PREVIEW_KEY, metadata_of
from engine.sandboxes.port import Sandboxes, SandboxGone


def end_processes(sandboxes: Sandboxes, preview_id: str, build_id: str) -> None:
    """Returns when no process of the build is left in any sandbox of its preview. Raises OutsideError: then it isn't
    known.

    Sandboxes are found by their metadata: the build's worker may have made one without having noted it yet. One that
    doesn't answer keeps no other.
    """
    trouble: OutsideError | None = None
    for sandbox_id in sandboxes.find({PREVIEW_KEY: preview_id}):
        try:
            sandbox = sandboxes.connect(sandbox_id)
            sandbox.stop(lambda environment: environment.get(BUILD_TAG) == build_id, 0)
        except SandboxGone:
            continue
        except OutsideError as error:
            trouble = error
    if trouble is not None:
        raise trouble


def end_sandboxes(sandboxes: Sandboxes, preview: Preview) -> None:
    """Returns when no sandbox of the preview's present life is left. Raises OutsideError: then it isn't known."""
    for sandbox_id in sandboxes.find(metadata_of(preview)):
        sandboxes.kill(sandbox_id)
