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


class Unanswered(Unreachable):
    """GitHub didn't answer in time: whether the call has its effect, perhaps even later, nobody knows."""


class NoRoom(Unreachable):
    """One creation more would be more than GitHub allows. Nothing was sent."""


class Limited(Unreachable):
    """A rate limit. `named`: GitHub said itself how long to wait; `primary`: no call of any kind gets through."""

    def __init__(self, sentence: str, retry_after: float, *, named: bool = True, primary: bool = False) -> None:
        super().__init__(sentence, retry_after)
        self.retry_after: float = retry_after
        self.named = named
        self.primary = primary


def failure_of(answer: httpx.Response, doing: str) -> OutsideError:
    """The error for an answer that is no success; `doing` says what was being done."""
    status = answer.status_code
    said = f"{doing}: GitHub answered {status}{_message(answer)}"
    if status == 401:
        return Unauthorized(f"{said}. The GitHub App's key or its installation may have changed.")
    if status in (404, 410):
        return Gone(said)
    if status in (403, 429):
        return _limit(answer, said) or Denied(said)
    if status == 422:
        return Unprocessable(said)
    if status >= 500 or status == 408:
        return Unreachable(said, retry_after=_named_pause(answer))
    return Denied(said)


def _limit(answer: httpx.Response, said: str) -> Limited | None:
    """The limit that the answer is about; None when it is about permission."""
    primary = answer.headers.get("x-ratelimit-remaining") == "0"
    named = _named_pause(answer)
    if named is not None:
        return Limited(said, named, primary=primary)
    if primary:
        return Limited(said, seconds_until(answer.headers.get("x-ratelimit-reset", "")), primary=True)
    if answer.status_code == 429 or "rate limit" in _message(answer).lower():
        return Limited(said, UNNAMED_PAUSE, named=False)
    return None


def _named_pause(answer: httpx.Response) -> float | None:
    """`Retry-After`, which the wire has made seconds."""
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def seconds_until(reset: str) -> float:
    """Seconds until `x-ratelimit-reset`; a minute when it says nothing readable."""
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
