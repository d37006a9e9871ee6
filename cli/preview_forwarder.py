"""A local address for a sandbox's door: bytes go both ways, nothing is looked at."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from engine.pipeline.probe import connect
from engine.sandboxes.port import Upstream

CHUNK = 1 << 16


class Forwarder:
    """Listens on 127.0.0.1; connections wait until `open` says where to."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._upstream: Upstream | None = None

    @property
    def host(self) -> str:
        """The Host that clients will send."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        """The address to open."""
        return f"http://{self.host}/"

    def open(self, upstream: Upstream) -> None:
        """Starts to serve."""
        self._upstream = upstream
        threading.Thread(target=self._accept, args=(upstream,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Only a shutdown wakes a thread that waits in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self, upstream: Upstream) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=_join, args=(visitor, upstream), daemon=True).start()


def _join(visitor: socket.socket, upstream: Upstream) -> None:
    with visitor:
        try:
            application = connect(upstream, 10)
        except OSError:
            return
        with application:
            application.settimeout(None)
            back = threading.Thread(target=_copy, args=(application, visitor), daemon=True)
            back.start()
            _copy(visitor, application)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
