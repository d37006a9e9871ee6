"""What tests of the pipeline see in the sandboxes in memory, and how they act while a build waits."""

import threading
from collections.abc import Callable

from engine.pipeline.sandbox_choice import INSTANCE_KEY, metadata_of
from engine.sandboxes.memory import MemorySandbox, MemorySandboxes
from engine.sandboxes.port import SandboxSpec
from engine.store import meta, previews
from tests.pipeline.rig import NOW, Rig


def only(sandboxes: MemorySandboxes) -> MemorySandbox:
    """The one sandbox that lives."""
    (sandbox,) = sandboxes.living.values()
    return sandbox


def serving(sandboxes: MemorySandboxes) -> list[str]:
    """The builds whose processes run."""
    return [each.call.command.environment["SLIPWAY_BUILD"] for each in only(sandboxes).running()]


def another_preview(rig: Rig, sandboxes: MemorySandboxes) -> MemorySandbox:
    """Pull request 13 has a preview too; its sandbox."""
    with rig.database.write() as connection:
        preview = previews.ensure(
            connection,
            installation_id=1,
            repository_id=7,
            full_name="acme/shop",
            number=13,
            access="private",
            now=NOW,
        )
        marks = metadata_of(preview) | {INSTANCE_KEY: meta.instance(connection)}
        sandbox = sandboxes.create(SandboxSpec(preview.id, "repository:7", 600, marks))
        previews.keep_sandbox(connection, preview, sandbox.id, NOW)
    return sandbox


def when_it_waits(rig: Rig, act: Callable[[], None]) -> None:
    """Runs the jobs in a thread; acts while the command of one waits; returns when all is done."""
    thread = threading.Thread(target=rig.run)
    thread.start()
    try:
        act()
    finally:
        thread.join(30)
    assert not thread.is_alive()
