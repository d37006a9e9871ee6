"""What the memory limit did: the kernel's kills are counted; without control groups the keeper itself is the limit."""

import asyncio

from worker.sandboxd import processes
from worker.sandboxd.keeper.command import Command
from worker.sandboxd.keeper.commands import Commands

_INTERVAL = 1.0


async def watch_memory(commands: Commands) -> None:
    """Look each second, for as long as the keeper lives."""
    while True:
        await asyncio.sleep(_INTERVAL)
        if commands.order.groups:
            commands.look_at_memory()
        else:
            _enforce(commands)


def _enforce(commands: Commands) -> None:
    sizes = {command: _resident(command) for command in commands}
    if sum(sizes.values()) > commands.order.memory:
        commands.met_memory_limit(killed=1)
        max(sizes, key=lambda command: (_is_dispensable(command), sizes[command])).kill()


def _is_dispensable(command: Command) -> bool:
    """True when one of its processes offered itself, as the kernel would heed."""
    return any(processes.offers_itself(pid) for pid in (command.init, *processes.descendants(command.init)))


def _resident(command: Command) -> int:
    return sum(processes.resident(pid) for pid in (command.init, *processes.descendants(command.init)))
