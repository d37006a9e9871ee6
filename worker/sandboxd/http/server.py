"""The host's HTTP server: one port, two applications and the port proxy."""

import socket

import uvicorn
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from worker.sandboxd.host.sandboxes import Sandboxes
from worker.sandboxd.http.control import ControlPlane
from worker.sandboxd.http.envd import Envd
from worker.sandboxd.http.ports import ENVD_PORT, Destination, Head, PortProxy, SandboxProtocol

# Longer than the SDK keeps idle connections (300 s), so that it never sends into one that is being closed.
_KEEP_ALIVE = 330
_GRACE = 2


class Application:
    """Gives each request to the control plane or to a sandbox's agent."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._control = ControlPlane(sandboxes).application()
        self._envd = Envd(sandboxes)
        self._ports = PortProxy(sandboxes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        destination = _destination(scope)
        if destination is None:
            await self._control(scope, receive, send)
        elif destination.port == ENVD_PORT:
            await self._envd.serve(destination.sandbox_id, scope, receive, send)
        else:
            # Sent before the answer to the request in front of it had come.
            await Response(status_code=421)(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                scope["state"]["port_proxy"] = self._ports
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def listen(port: int) -> socket.socket:
    """Take the port; raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1024)
    return listener


async def serve(sandboxes: Sandboxes, listener: socket.socket) -> None:
    """Serve until the process is told to end."""
    config = uvicorn.Config(
        Application(sandboxes),
        http=SandboxProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    await uvicorn.Server(config).serve(sockets=[listener])


def _destination(scope: Scope) -> Destination | None:
    return Head((b"", *(name + b": " + value for name, value in scope["headers"]))).destination
