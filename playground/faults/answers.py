"""What GitHub answers when it doesn't do what was asked."""

import math
import secrets

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from playground.faults.rules import Rule

LIMITS_PAGE = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
SECONDARY_LIMIT = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "For more on scraping GitHub and how it may affect your rights, please review our Terms of Service "
    "(https://docs.github.com/en/site-policy/github-terms/github-terms-of-service) "
    "If you reach out to GitHub Support for help, please include the request ID."
)
PRIMARY_LIMIT = "API rate limit exceeded for installation."
UNAVAILABLE = (
    "<html><body><h1>Unicorn!</h1><p>No server is currently available to service your request.</p></body></html>"
)

MESSAGES = {
    "error_500": (500, "Server Error"),
    "error_502": (502, "Server Error"),
    "secondary_limit": (403, SECONDARY_LIMIT),
    "secondary_limit_bare": (403, SECONDARY_LIMIT),
    "too_many": (429, SECONDARY_LIMIT),
    "primary_limit": (403, PRIMARY_LIMIT),
    "unauthorized": (401, "Bad credentials"),
    "forbidden": (403, "Resource not accessible by integration"),
    "gone": (404, "Not Found"),
    "unprocessable": (422, "Validation Failed"),
}


def refusal_of(rule: Rule, request: Request, now: float) -> Response:
    """The answer of a fault that keeps a call from having any effect."""
    if rule.fault == "redirect_elsewhere":
        return _redirect(request)
    headers = {"X-GitHub-Request-Id": ":".join(secrets.token_hex(2).upper() for _ in range(5))}
    if rule.fault == "error_503":
        return HTMLResponse(UNAVAILABLE, 503, headers)
    status, message = MESSAGES[rule.fault]
    body: dict[str, object] = {"message": message, "documentation_url": LIMITS_PAGE, "status": str(status)}
    if rule.fault == "unprocessable":
        body["errors"] = [{"resource": "Request", "code": "custom", "message": "This can't be done any more."}]
    headers |= _waiting(rule, now)
    return Response(orjson.dumps(body), status, headers, "application/json; charset=utf-8")


def _waiting(rule: Rule, now: float) -> dict[str, str]:
    """By which header, if any, a client learns how long to wait."""
    if rule.fault in ("secondary_limit", "too_many"):
        return {"Retry-After": str(math.ceil(rule.seconds))}
    if rule.fault == "primary_limit":
        return {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Used": "5000",
            "X-RateLimit-Reset": str(int(now + rule.seconds)),
            "X-RateLimit-Resource": "core",
        }
    return {}


def _redirect(request: Request) -> Response:
    """To another name of this same server, which writes down who comes; programs know it as 127.0.0.1."""
    port = request.url.port
    status = 302 if request.method == "GET" else 307
    return Response(status_code=status, headers={"Location": f"http://localhost:{port}/playground/elsewhere"})
