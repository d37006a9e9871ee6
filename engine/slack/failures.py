"""What Slack's answers that are not a success mean to us.

Sources: https://docs.slack.dev/apis/web-api/rate-limits and the error tables of the methods that we call.
"""

import json

import httpx

from engine.errors import Denied, OutsideError, Unreachable

#: Slack names a time with each of its limits; should it ever not, this many seconds.
UNNAMED_PAUSE = 30.0
#: The token is no good any more, whatever is asked with it.
DEAD = frozenset({"invalid_auth", "account_inactive", "token_revoked", "token_expired", "app_uninstalled"})
#: Slack's own trouble: it says so with a success's status too.
ITS_OWN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
LIMITS = frozenset({"ratelimited", "rate_limited"})
#: Nothing can be posted in this channel, though elsewhere in the workspace it can.
CLOSED_CHANNEL = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "user_not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "posting_to_general_channel_denied",
        "external_channel_migrating",
        "channel_is_limited_access",
    }
)


class SlackAway(Unreachable):
    """Slack didn't answer, or has trouble of its own. `unanswered`: what was asked may have its effect all the same."""

    def __init__(self, sentence: str, *, retry_after: float | None = None, unanswered: bool = False) -> None:
        super().__init__(sentence, retry_after)
        self.unanswered = unanswered


class NotAsked(Unreachable):
    """Slack hasn't answered for a while, and nothing was sent; it may be asked again in `retry_after` seconds."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence, retry_after)
        self.retry_after: float = retry_after


class SlackUnreached(SlackAway):
    """There is no way to Slack at this moment: nothing was sent, and nothing can have its effect."""


class SlackLimited(Unreachable):
    """Slack asks this workspace to wait so many seconds. `named`: it said itself how long."""

    def __init__(self, sentence: str, retry_after: float, *, named: bool = True) -> None:
        super().__init__(sentence, retry_after)
        self.retry_after: float = retry_after
        self.named = named


class TokenUnreadable(Unreachable):
    """The workspace's token is stored, and no key in SECRET_KEYS opens it; the key can be given back."""


class SlackRefused(Denied):
    """Slack won't do it, and says why in one word (`code`), such as `channel_not_found`."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


class TokenDead(Denied):
    """The workspace's token is no good any more, or the workspace has left: nothing gets through to it."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


def success_of(answer: httpx.Response, doing: str) -> dict[str, object]:
    """The answer of a method that worked. Raises SlackLimited, SlackAway, TokenDead or SlackRefused."""
    if answer.status_code == 429:
        raise limit_of(answer, doing)
    said = read(answer)
    if answer.status_code >= 500 or said is None:
        raise SlackAway(
            f"{doing}: Slack answered {answer.status_code}; what it says about itself is at https://slack-status.com",
            retry_after=named_pause(answer),
        )
    if answer.status_code < 300 and said.get("ok") is True:
        return said
    raise refusal_of(answer, word_of(said), doing)


def taken_by_url(answer: httpx.Response, doing: str) -> None:
    """A response_url's answer: a word, or JSON as a method's. Raises SlackLimited, SlackAway or SlackRefused."""
    said = read(answer)
    if answer.status_code < 300 and (said is None or said.get("ok") is not False):
        return
    if said is not None or answer.status_code == 429 or answer.status_code >= 500:
        success_of(answer, doing)
    code = word_of({"error": answer.text.strip()})
    # Slack's own word for an address that is over isn't documented; its status is.
    over = code == "unknown_error" and answer.status_code in (404, 410)
    raise refusal_of(answer, "expired_url" if over else code, doing)


def refusal_of(answer: httpx.Response, code: str, doing: str) -> OutsideError:
    """The error for Slack's word for what is wrong."""
    if code in LIMITS:
        return limit_of(answer, doing)
    if code in ITS_OWN:
        return SlackAway(f"{doing}: Slack has trouble of its own ({code})", retry_after=named_pause(answer))
    if code in DEAD:
        return TokenDead(f"{doing}: Slack doesn't take the workspace's token any more ({code})", code)
    return SlackRefused(f"{doing}: Slack refused it ({code})", code)


def limit_of(answer: httpx.Response, doing: str) -> SlackLimited:
    """The limit, with the time that Slack names."""
    seconds = named_pause(answer)
    told = UNNAMED_PAUSE if seconds is None else seconds
    return SlackLimited(f"{doing}: Slack asks to wait {told:g} s", told, named=seconds is not None)


def named_pause(answer: httpx.Response) -> float | None:
    """`Retry-After` in seconds; None when there is none that can be read."""
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdecimal() and len(value) < 9 else None


def read(answer: httpx.Response) -> dict[str, object] | None:
    """The answer's JSON object; None when it is something else."""
    try:
        said = json.loads(answer.content)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def word_of(said: dict[str, object]) -> str:
    """Slack's word for what is wrong: nothing but a word, whoever it is that answers in Slack's place."""
    code = said.get("error")
    fits = isinstance(code, str) and len(code) <= 80 and code.replace("_", "").replace("-", "").isalnum()
    return str(code) if fits and str(code).isascii() else "unknown_error"
