"""Ending a sandbox for good, and the proof: no process, no control group, no folder left."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

from worker.sandboxd.errors import KillUnproven, SandboxdError
from worker.sandboxd.host.keepers import KeeperLink
from worker.sandboxd.isolation.cgroups import Group

_PATIENCE = 30.0
_STOP_PATIENCE = 6.0
_STEP = 0.005


async def end(link: KeeperLink, group: Group | None, folder: Path) -> None:
    """End everything of a sandbox; raises KillUnproven, and may then be called again."""
    with contextlib.suppress(SandboxdError, TimeoutError, OSError):
        async with asyncio.timeout(_STOP_PATIENCE):
            await link.ask("stop")
    try:
        async with asyncio.timeout(_PATIENCE):
            await _until_keeper_is_gone(link)
            if group is not None:
                await _until_group_is_gone(group)
            await _remove_folder(folder)
    except TimeoutError:
        raise KillUnproven(f"Killing sandbox {folder.name}: {_left(link, group, folder)}; it is tried again") from None


async def _until_keeper_is_gone(link: KeeperLink) -> None:
    loop = asyncio.get_running_loop()
    grace = loop.time() + 1.0
    while link.pid() is not None:
        if loop.time() > grace:
            link.kill()
        await asyncio.sleep(_STEP)


async def _until_group_is_gone(group: Group) -> None:
    with contextlib.suppress(OSError):
        group.freeze(False)
    while not group.remove():
        for pid in group.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(_STEP)


async def _remove_folder(folder: Path) -> None:
    # `rm` walks trees of any depth; a tree may hold folders that their owner closed to himself.
    while not await _run("rm", "-rf", "--", str(folder)):
        await _run("chmod", "-R", "u+rwX", "--", str(folder))


async def _run(*argv: str) -> bool:
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait() == 0


def _left(link: KeeperLink, group: Group | None, folder: Path) -> str:
    if link.pid() is not None:
        return "its keeper still runs"
    if group is not None and (living := group.processes()):
        return f"{len(living)} of its processes still run"
    return f"its folder {folder.name} can't be removed"
