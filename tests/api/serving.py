"""The web room's API on a real server, as `python -m bot` runs it."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from bot.__main__ import config_of, is_news
from bot.api.allowance import Allowance
from bot.api.deployment_listing import Deployments
from bot.api.reach import Reach
from bot.api.stream import DeploymentStream
from bot.api.stream_entry import StreamEntry
from bot.arrival import PATIENCE, within
from tests.signin.client import Web
from tests.wakeups.waiting import wait_until


@contextmanager
def serving(web: Web, *, arrival: float = PATIENCE, **times: float) -> Iterator[str]:
    """Serves on a free port of this machine; answers the address, without a slash at its end.

    `arrival` is how long requests may take to arrive; `times` are those of streams: `patience` for the first message,
    `alive` between two signs of life.
    """
    stream = DeploymentStream(web.deps, StreamEntry(Deployments(Reach(web.deps, Allowance(web.clock)))), **times)
    app = Starlette(routes=[*stream.routes(), *web.app.routes]) if times else web.app
    config = config_of(app)
    config.http = within(arrival)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        logging.getLogger("uvicorn.error").addFilter(is_news)
        try:
            wait_until(lambda: server.started, "the server has started", 60)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            web.deps.streams.feed.end()
            server.should_exit = True
            logging.getLogger("uvicorn.error").removeFilter(is_news)
            thread.join(30)
            assert not thread.is_alive()
