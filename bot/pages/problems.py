"""Answers for what is not there and for what went wrong in our own code: a page for people, JSON for programs."""

import secrets
import traceback
from collections.abc import Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.pages.templates import Templates

log = structlog.get_logger(__name__)

Handler = Callable[[Request, Exception], Response]


def http_problem(templates: Templates) -> Handler:
    """Answers an HTTPException: 404, 405 and their like."""

    def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if not wants_page(request):
            code = "not_found" if error.status_code == 404 else "refused"
            body = {"error": {"code": code, "message": error.detail, "fix": ""}}
            return JSONResponse(body, error.status_code, headers)
        name = "missing.html" if error.status_code == 404 else "refused.html"
        return templates.page(name, {"session": None, "detail": error.detail}, error.status_code, headers)

    return answer


def own_fault(templates: Templates, headers: dict[str, str]) -> Handler:
    """The web edge's broad handler: whatever our code raised is logged under an id that the answer shows.

    Its answers pass no middleware, so they get the security `headers` here.
    """

    def answer(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(6)
        trace = "".join(traceback.format_exception(error))
        log.error("web.fault", id=number, method=request.method, path=request.url.path, trace=trace)
        if wants_page(request):
            return templates.page("fault.html", {"session": None, "number": number}, 500, headers)
        message = f"Slipway has a fault; its log has the details under {number}."
        return JSONResponse({"error": {"code": "fault", "message": message, "fix": ""}}, 500, headers)

    return answer


def wants_page(request: Request) -> bool:
    """True for browsers: they say that they take HTML."""
    return "text/html" in request.headers.get("accept", "")
