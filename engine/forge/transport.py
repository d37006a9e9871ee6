"""The wire to GitHub: one pool of connections for all threads, and a deadline over a call as a whole.

The time-outs of HTTP libraries start anew with each byte, so that a server which drips one byte a second holds a worker
for ever; here each read gets only what is left of the call's seconds.
"""

import math
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

import httpcore
import httpx

#: Answers to what we ask are small; more is not read.
LARGEST_ANSWER = 16 * 1024 * 1024


class Clock(threading.local):
    """When the call that this thread is in must be over."""

    until: float = 0.0
    #: When all that the thread does at this time must be over.
    latest: float = math.inf

    def left(self, wanted: float | None) -> float:
        """The seconds that the next step may take."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call took too long as a whole")
        return left if wanted is None else min(left, wanted)


class TimedStream(httpcore.NetworkStream):
    """A socket whose every step counts against the call's seconds."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self.stream = stream
        self.clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.clock.left(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return TimedStream(self.stream.start_tls(ssl_context, server_hostname, self.clock.left(timeout)), self.clock)

    def get_extra_info(self, info: str) -> object:
        return self.stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Opens sockets that keep the call's deadline."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self.inner.connect_tcp(host, port, self.clock.left(timeout), local_address, socket_options)
        return TimedStream(stream, self.clock)


class Limited(httpx.SyncByteStream):
    """An answer's body, up to `LARGEST_ANSWER`."""

    def __init__(self, answer: httpcore.Response) -> None:
        self.answer = answer

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for chunk in self.answer.iter_stream():
            seen += len(chunk)
            if seen > LARGEST_ANSWER:
                raise httpcore.ProtocolError(f"the answer is larger than {LARGEST_ANSWER} bytes")
            yield chunk

    def close(self) -> None:
        self.answer.close()


def numbered(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Headers with the times of rate limits as plain seconds; RFC 9110 has dates too, on which githubkit stumbles."""
    for name, value in headers:
        if name.lower() == b"retry-after" and not value.isdigit():
            yield name, str(_seconds_until(value)).encode()
        elif name.lower() != b"x-ratelimit-reset" or value.isdigit():
            yield name, value


def _seconds_until(date: bytes) -> int:
    try:
        return max(0, int(parsedate_to_datetime(date.decode("latin-1")).timestamp() - time.time()) + 1)
    except ValueError:
        return 60


class Wire(httpx.BaseTransport):
    """What httpx sends through. Closing one of its clients leaves the pool open for the next; `shut` ends it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.clock = Clock()
        self.pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=32,
            keepalive_expiry=30.0,
            network_backend=TimedBackend(self.clock),
        )

    @contextmanager
    def within(self, until: float) -> Iterator[None]:
        """Every call of this thread ends by `until`, on `time.monotonic`."""
        before, self.clock.latest = self.clock.latest, min(until, self.clock.latest)
        try:
            yield
        finally:
            self.clock.latest = before

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.clock.until = min(time.monotonic() + self.seconds, self.clock.latest)
        assert isinstance(request.stream, httpx.SyncByteStream)
        url = request.url
        answer = self.pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": {"pool": self.seconds}},
            )
        )
        return httpx.Response(answer.status, headers=[*numbered(answer.headers)], stream=Limited(answer))

    def close(self) -> None:
        """Called at the end of each client, which doesn't own the pool."""

    def shut(self) -> None:
        """Closes every connection."""
        self.pool.close()
