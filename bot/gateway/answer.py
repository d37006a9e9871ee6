"""The head of an application's answer: what passes to the visitor, and where its body ends."""

import re

from bot.gateway.cookie_header import admit_set_cookie
from bot.gateway.framing import BadMessage

_WATCHED = re.compile(
    rb"\r\n(?i:(con(?:nection|tent-length)|set-cookie|transfer-encoding|x-robots-tag)|keep-alive|te|upgrade"
    rb"|proxy-(?:connection|authenticate|authorization)|x-slipway-[^:]*|e2b-traffic-access-token)"
    rb":[ \t]*([^\r]*)"
)
_NEVER_NAMED = frozenset({b"", b"close", b"keep-alive", b"upgrade", b"content-length", b"transfer-encoding"})
_VERSIONS = frozenset({b"HTTP/1.1 ", b"HTTP/1.0 "})


class Answer:
    """One answer's head. `length` is the body's in bytes: None when it is chunked or ends with the connection."""

    __slots__ = ("chunked", "keep_alive", "length", "robots", "said", "status")

    def __init__(self, head: bytes) -> None:
        """Reads a head that llhttp has found well-formed. Raises BadMessage."""
        if head[:9] not in _VERSIONS or not head[9:12].isdigit():
            raise BadMessage("the application's answer doesn't begin with a status", 502)
        self.status = int(head[9:12])
        self.keep_alive = head[7:8] == b"1"
        self.length: int | None = None
        self.chunked = False
        #: The lines that tell search engines what to do, for releases that they may show.
        self.robots = b""
        kept: list[bytes] = [b"HTTP/1.1"]
        at = 8
        connection = b""
        for found in _WATCHED.finditer(head, 12):
            read, value = found.groups()
            name = read.lower() if read is not None else b""
            if name == b"content-length":
                self.length = int(value)
            elif name == b"transfer-encoding":
                self.chunked = value.rstrip(b" \t").lower().endswith(b"chunked")
            else:
                kept.append(head[at : found.start()])
                at = found.end()
                if name == b"set-cookie":
                    kept.append(admit_set_cookie(found[0]))
                elif name == b"x-robots-tag":
                    self.robots += found[0]
                elif name:
                    connection += b"," + value.lower()
        kept.append(head[at:-4])
        #: The status line and the lines that pass, without the last CRLF.
        self.said = b"".join(kept)
        if connection and (connection != b",keep-alive" or not self.keep_alive):
            self._settle({word.strip(b" \t") for word in connection.split(b",")})

    def _settle(self, connection: set[bytes]) -> None:
        self.keep_alive = b"close" not in connection and (self.keep_alive or b"keep-alive" in connection)
        for name in connection - _NEVER_NAMED:
            self.said = re.sub(rb"\r\n(?i:%b):[^\r]*" % re.escape(name), b"", self.said)

    def body_length(self, method: bytes) -> int | None:
        """Bytes of body that follow; None: chunked, or until the connection ends (RFC 9112, 6.3)."""
        if self.status < 200 or self.status in (204, 304) or method == b"HEAD":
            return 0
        return None if self.chunked else self.length
