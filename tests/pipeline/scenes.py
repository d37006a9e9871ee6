"""What tests of the pipeline see in the sandboxes in memory, and how they act while a build waits."""

import threading
from collections.abc import Callable

from engine.sandboxes.memory import MemorySandbox, MemorySandboxes
from tests.pipeline.rig import Rig


def only(sandboxes: MemorySandboxes) -> MemorySandbox:
    """The one sandbox that lives."""
    (sandbox,) = sandboxes.living.values()
    return sandbox


def serving(sandboxes: MemorySandboxes) -> list[str]:
    """The builds whose processes run."""
    return [each.call.command.environment["SLIPWAY_BUILD"] for each in only(sandboxes).running()]


def when_it_waits(rig: Rig, act: Callable[[], None]) -> None:
    """Runs the jobs in a thread; acts while the command of one waits; returns when all is done."""
    thread = threading.Thread(target=rig.run)
    thread.start()
    try:
        act()
    finally:
        thread.join(30)
    assert not thread.is_alive()
