"""What is done once Slack has its answer: bolt's lazy functions, held until they end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from slack_bolt.lazy_listener.async_internals import to_runnable_function
from slack_bolt.lazy_listener.async_runner import AsyncLazyListenerRunner
from slack_bolt.request.async_request import AsyncBoltRequest


class Afterwards(AsyncLazyListenerRunner):
    """Bolt's own forgets its tasks: the loop may drop them, and nobody waits for them at the end."""

    def __init__(self) -> None:
        self.logger = logging.getLogger("slack_bolt")
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, function: Callable[..., Awaitable[None]], request: AsyncBoltRequest) -> None:
        """Begins one."""
        task = asyncio.get_running_loop().create_task(to_runnable_function(function, self.logger, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self, grace: float) -> None:
        """Waits that many seconds for those under way, and stops the rest."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
