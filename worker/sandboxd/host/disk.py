"""The disk quota: what a sandbox keeps on disk is sampled; above its limit its processes are killed with that cause."""

import asyncio
import logging

from worker.sandboxd.errors import SandboxdError
from worker.sandboxd.host.sandboxes import Sandbox, Sandboxes

_SAMPLE_SECONDS = 120.0

log = logging.getLogger("sandboxd")


async def sample(sandboxes: Sandboxes) -> None:
    """Measure every sandbox once, one after the other; act on those above the limit."""
    limit = sandboxes.ground.settings.limits.disk
    for sandbox in list(sandboxes):
        used = await _usage(sandbox)
        if used is None:
            continue
        sandbox.disk = used
        if used > limit and not sandbox.record.paused:
            await _stop(sandbox, used, limit)


async def _stop(sandbox: Sandbox, used: int, limit: int) -> None:
    sentence = f"the sandbox used {used >> 20} MB on disk and may use {limit >> 20} MB"
    try:
        await sandbox.link.ask("kill_all", cause="disk_full", sentence=sentence)
    except SandboxdError as problem:
        log.warning("sandbox %s: %s: %s", sandbox.record.sandbox_id, sentence, problem.sentence)


async def _usage(sandbox: Sandbox) -> int | None:
    process = await asyncio.create_subprocess_exec(
        *("du", "-skx", "--", str(sandbox.folders.root)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_SAMPLE_SECONDS):
            text, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    first = text.split()[:1]
    return int(first[0]) << 10 if first and first[0].isdigit() else None
