"""Forms that change something: read whole, sent by a page of ours, by somebody who is signed in."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.pages.problems import wants_page
from bot.pages.reception import Reception
from bot.signin.own_page import proven
from engine.access.sessions import Session

#: Bytes of a form: a value of a variable may be a certificate chain.
FORM_LIMIT = 128 << 10
FIELDS = 200
PLAIN = "application/x-www-form-urlencoded"
FOREIGN = "Another site asked for this, or the page was open for too long. Open the page again and use its button."
#: What a page puts into its forms, so that a form sent twice is one ask.
TICKET = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Form:
    """A form of ours, with who sent it."""

    request: Request
    session: Session
    fields: dict[str, list[str]]
    #: The ask's id: the same for a form that is sent twice.
    ask: str

    def text(self, name: str, limit: int = 500) -> str:
        """The first field of that name on one line, at most `limit` characters; empty when there is none."""
        return " ".join(self.value(name)[:limit].split())

    def value(self, name: str) -> str:
        """The first field of that name as it was sent."""
        return self.fields.get(name, [""])[0]


Work = Callable[[Form], Response]


def taking(reception: Reception, work: Work, back: Callable[[Request], str]) -> Callable[[Request], object]:
    """An endpoint for forms that hands good ones to `work`, in a thread; `back` is the page that they are on."""

    async def endpoint(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("", PLAIN):
            return refuse(reception, request, 415, "bad_arguments", "Send this as a form.")
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > FORM_LIMIT:
                return refuse(reception, request, 413, "bad_arguments", "This form is too long.")
        return await run_in_threadpool(_take, reception, request, body, work, back)

    return endpoint


def _take(reception: Reception, request: Request, body: bytes, work: Work, back: Callable[[Request], str]) -> Response:
    session = reception.signed_in(request)
    if session is None:
        if wants_page(request):
            return RedirectResponse(f"/signin?next={quote(back(request), safe='')}", 303)
        return refuse(reception, request, 401, "signed_out", "Sign in first.")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:
        return refuse(reception, request, 400, "bad_arguments", "This form can't be read.")
    form = Form(request, session, fields, f"page:{session.github_id}:{_ticket(fields)}")
    if not proven(session, form.value("csrf")) or comes_from_elsewhere(reception, request):
        return refuse(reception, request, 403, "csrf", FOREIGN)
    return work(form)


def _ticket(fields: dict[str, list[str]]) -> str:
    said = fields.get("ticket", [""])[0]
    return said if TICKET.fullmatch(said) else secrets.token_urlsafe(12)


def comes_from_elsewhere(reception: Reception, request: Request) -> bool:
    """True when the browser says that another site's page sent it. What isn't a browser says nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    # This machine's own names are served too, without being the configured one.
    return origin != reception.settings.public_url and urlsplit(origin).netloc != request.headers.get("host")


def refuse(reception: Reception, request: Request, status: int, code: str, message: str) -> Response:
    """Says no before anything was looked at."""
    if not wants_page(request):
        return JSONResponse({"error": {"code": code, "message": message, "fix": ""}}, status)
    return reception.page("refused.html", status, session=reception.signed_in(request), detail=message, code=code)
