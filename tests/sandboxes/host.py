"""A real sandbox host for tests, in a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.preview_host import own_host
from engine.sandboxes.port import Sandboxes
from tests.sandboxes.programs import settings_of_this_machine


@contextmanager
def a_sandbox_host(folder: Path) -> Iterator[Sandboxes]:
    """A running host; every sandbox that is left at the end is ended."""
    with own_host(folder, settings_of_this_machine()) as host:
        yield host.sandboxes
        for sandbox_id in host.sandboxes.find({}):
            host.sandboxes.kill(sandbox_id)
