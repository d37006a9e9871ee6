"""The gateway's own pages: small, self-contained, everything shown escaped; JSON for whoever isn't a browser."""

import json
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus

_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">{refresh}
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --paper: #f6f8fa; --card: #fff; --line: #d1d9e0; \
--link: #0969da; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #f0f6fc; --soft: #9198a1; --paper: #0d1117; --card: #151b23; \
--line: #3d444d; --link: #4493f8; }} }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); \
font: 16px/1.5 system-ui, sans-serif; }}
main {{ box-sizing: border-box; width: min(34rem, calc(100vw - 2rem)); padding: 2rem; background: var(--card); \
border: 1px solid var(--line); border-radius: 12px; overflow-wrap: anywhere; }}
h1 {{ margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; }}
p {{ margin: .5rem 0 0; color: var(--soft); }}
p.links {{ margin-top: 1.25rem; display: flex; flex-wrap: wrap; gap: 1.25rem; }}
a {{ color: var(--link); }}
.busy {{ height: 3px; margin: 1.25rem 0 0; border-radius: 2px; background: linear-gradient(90deg, var(--line) 40%, \
var(--link) 50%, var(--line) 60%) 0 0 / 200% 100%; animation: go 1.5s linear infinite; }}
@keyframes go {{ from {{ background-position: 100% 0; }} to {{ background-position: -100% 0; }} }}
@media (prefers-reduced-motion: reduce) {{ .busy {{ animation: none; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{message}</p>
<p>{fix}</p>{busy}{links}
</main>
</body>
</html>
"""

#: On every answer of our own.
SECURITY_HEADERS = (
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex"),
)


@dataclass(frozen=True)
class Page:
    """An answer of our own: a sentence, what to do about it, and where to go."""

    status: int
    #: Machine name, for JSON.
    code: str
    title: str
    message: str
    fix: str = ""
    #: Text and address.
    links: tuple[tuple[str, str], ...] = ()
    #: Seconds after which the page looks again; 0: it doesn't.
    refresh: int = 0
    headers: tuple[tuple[str, str], ...] = field(default=())

    def html(self) -> bytes:
        """The page for people."""
        links = "".join(f'<a href="{escape(address)}">{escape(text)}</a>' for text, address in self.links)
        return _HTML.format(
            title=escape(self.title),
            message=escape(self.message),
            fix=escape(self.fix),
            refresh=f'\n<meta http-equiv="refresh" content="{self.refresh}">' if self.refresh else "",
            busy='\n<div class="busy"></div>' if self.refresh else "",
            links=f'\n<p class="links">{links}</p>' if links else "",
        ).encode()

    def json(self) -> bytes:
        """The same for programs."""
        return json.dumps({"error": {"code": self.code, "message": self.message, "fix": self.fix}}).encode()

    def answer(self, *, html: bool, keep_alive: bool, body: bool = True) -> bytes:
        """The whole HTTP answer; without `body` for HEAD."""
        content = b"" if self.status in (204, 302) else self.html() if html else self.json()
        kind = "text/html; charset=utf-8" if html else "application/json"
        fields = [
            ("Content-Type", kind),
            ("Content-Length", str(len(content))),
            *SECURITY_HEADERS,
            *self.headers,
            *(() if keep_alive else (("Connection", "close"),)),
        ]
        head = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
        return head.encode("latin-1") + (content if body else b"")


def redirect(address: str, *cookies: str) -> Page:
    """A redirect; `address` is a path or made of configuration, never a visitor's."""
    headers = (("Location", address), *(("Set-Cookie", cookie) for cookie in cookies))
    return Page(302, "found", "Found", "It is elsewhere.", headers=headers)
