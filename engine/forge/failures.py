"""What GitHub's answers that are not a success mean to us.

Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""

import time

import httpx

from engine.errors import Denied, Gone, OutsideError, Unreachable

#: GitHub asks for at least a minute when a limit names no time of its own.
UNNAMED_PAUSE = 60.0


class Unauthorized(Denied):
    """GitHub doesn't know the token (401): a new one may help, once."""


class Unprocessable(Denied):
    """GitHub understood and won't do it (422)."""


def failure_of(answer: httpx.Response, doing: str) -> OutsideError:
    """The error for an answer that is no success; `doing` says what was being done."""
    status = answer.status_code
    said = f"{doing}: GitHub answered {status}{_message(answer)}"
    if status == 401:
        return Unauthorized(f"{said}. The GitHub App's key or its installation may have changed.")
    if status in (404, 410):
        return Gone(said)
    if status in (403, 429):
        pause = _pause(answer)
        return Denied(said) if pause is None else Unreachable(said, retry_after=pause)
    if status == 422:
        return Unprocessable(said)
    if status >= 500 or status == 408:
        return Unreachable(said, retry_after=_named_pause(answer))
    return Denied(said)


def _pause(answer: httpx.Response) -> float | None:
    """Seconds to wait when the answer is about a rate limit; None when it is about permission."""
    named = _named_pause(answer)
    if named is not None:
        return named
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return _until(answer.headers.get("x-ratelimit-reset", ""))
    if answer.status_code == 429 or "rate limit" in _message(answer).lower():
        return UNNAMED_PAUSE
    return None


def _named_pause(answer: httpx.Response) -> float | None:
    """`Retry-After`, which the wire has made seconds."""
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def _until(reset: str) -> float:
    if not reset.isdecimal():
        return UNNAMED_PAUSE
    return max(1.0, float(reset) - time.time())


def _message(answer: httpx.Response) -> str:
    """GitHub's own sentence, shortened; empty when there is none."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    message = body.get("message") if isinstance(body, dict) else None
    return f", {message[:200]}" if isinstance(message, str) and message else ""
