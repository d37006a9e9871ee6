"""`python -m worker.sandboxd`: the sandbox host as a process."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable

import uvloop

from worker.sandboxd.errors import IsolationMissing, SandboxdError, SettingsProblems
from worker.sandboxd.host.disk import sample
from worker.sandboxd.host.ground import Ground, survey
from worker.sandboxd.host.keepers import open_nursery
from worker.sandboxd.host.tier import choose
from worker.sandboxd.http.server import listen, serve
from worker.sandboxd.settings import Settings, read_settings

_TEND_SECONDS = 0.25
_DISK_SECONDS = 5.0
_UNUSABLE = 2

log = logging.getLogger("sandboxd")


def main() -> int:
    """Run the sandbox host; 2 when it can't be started as it is set up."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # uvicorn raises the signal again once it has stopped; it must not take the way out from under us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = read_settings(os.environ)
        with (
            _port(settings.port) as listener,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
            contextlib.suppress(KeyboardInterrupt),
        ):
            runner.run(run(settings, listener))
    except (SettingsProblems, IsolationMissing) as problem:
        print(problem.sentence, file=sys.stderr)
        return _UNUSABLE
    return 0


async def run(settings: Settings, listener: socket.socket) -> None:
    """Serve until told to end; sandboxes that run stay running."""
    ground = survey(settings)
    try:
        await _serve(ground, settings, listener)
    finally:
        if ground.hierarchy is not None:
            ground.hierarchy.leave(ground.instance)


async def _serve(ground: Ground, settings: Settings, listener: socket.socket) -> None:
    nursery = await open_nursery(ground.mounts)
    try:
        sandboxes = await choose(ground, nursery)
        await sandboxes.restore()
        log.info("sandbox host on 127.0.0.1:%d, isolation %s", settings.port, sandboxes.tier)
        # In one group: a loop that dies takes the host down, which a supervisor sees and which costs no sandbox.
        async with asyncio.TaskGroup() as group:
            loops = [
                group.create_task(_every(_TEND_SECONDS, sandboxes.tend)),
                group.create_task(_every(_DISK_SECONDS, lambda: sample(sandboxes))),
            ]
            await serve(sandboxes, listener)
            for loop in loops:
                loop.cancel()
    finally:
        await nursery.close()


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except (SandboxdError, OSError, TimeoutError) as problem:
            log.warning("looking after the sandboxes: %s", problem)
        await asyncio.sleep(seconds)


def _port(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as problem:
        raise SettingsProblems((f"SANDBOXD_PORT {port} can't be taken: {problem.strerror}",)) from problem


if __name__ == "__main__":
    sys.exit(main())
