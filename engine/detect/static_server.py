"""Serves a folder on 127.0.0.1. Copied into sandboxes as it is: standard library only.

python3 static_server.py FOLDER PORT
"""

import functools
import http.server
import sys
from pathlib import Path

#: Types that Python's own table lacks or takes from a machine's files, which a sandbox may not have.
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".xml": "text/xml",
}


class Site(http.server.SimpleHTTPRequestHandler):
    """Files as they are: `/about` also finds about.html, what is missing gets the site's own 404.html."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | TYPES

    def guess_type(self, path: object) -> str:
        """The type, with the charset for text."""
        kind = super().guess_type(path)  # type: ignore[arg-type]
        return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("json", "xml")) else kind

    def translate_path(self, path: str) -> str:
        """The file of a path; our own file and dot folders other than .well-known aren't there."""
        found = super().translate_path(path)
        parts = Path(found).relative_to(self.directory).parts if found.startswith(self.directory) else ()
        if any(part.startswith(".") and part != ".well-known" for part in parts):
            return str(Path(self.directory) / "\N{REPLACEMENT CHARACTER}")
        with_suffix = f"{found}.html"
        return with_suffix if not Path(found).exists() and Path(with_suffix).is_file() else found

    def list_directory(self, path: object) -> None:
        """No listing: a folder without an index isn't a page."""
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own 404.html where it has one."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        """Browsers ask again each time: the next push must be seen."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def main(folder: str, port: str) -> None:
    """Serves until it is ended."""
    handler = functools.partial(Site, directory=str(Path(folder).resolve()))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
