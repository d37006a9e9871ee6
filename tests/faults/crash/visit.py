"""What a visitor of an application gets."""

from engine.pipeline.probe import connect
from engine.sandboxes.port import Upstream


def visit(upstream: Upstream) -> str:
    """The body of `/`; what went wrong, in words, when nobody answers."""
    answer = b""
    try:
        with connect(upstream, 10) as visitor:
            visitor.sendall(b"GET / HTTP/1.0\r\nHost: preview.localhost\r\n\r\n")
            while piece := visitor.recv(65536):
                answer += piece
    except OSError as error:
        return f"nothing: {error}"
    return answer.decode(errors="replace").partition("\r\n\r\n")[2]
