"""Whether Slack sent a request: its signature over time and body. Nothing here reads or parses a body."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from bot.github.answers import Answer
from engine.settings import Secret

#: Seconds that a request's clock may differ from ours (docs.slack.dev, verifying requests from Slack).
WINDOW = 300.0
#: Bytes of a body; Slack's largest, a modal's state, has some hundred thousand.
LARGEST = 1 << 20

PREFIX = b"v0="
SIGNATURE, TIMESTAMP, LENGTH = b"x-slack-signature", b"x-slack-request-timestamp", b"content-length"
ASKED = frozenset({SIGNATURE, TIMESTAMP, LENGTH})
#: Digits of Unix seconds, until the year 5138.
LONGEST_TIME = 11

BAD_SIGNATURE = Answer(
    401,
    "X-Slack-Signature and X-Slack-Request-Timestamp must be there once, made with the signing secret, at most five "
    "minutes ago. Compare SLACK_SIGNING_SECRET with the Slack app's page, and this machine's clock with the time.",
)
TOO_LARGE = Answer(413, "The body is larger than 1 MB, more than Slack sends.")
NOT_POSTED = Answer(405, "Slack posts here.", ((b"allow", b"POST"),))


class Head:
    """What a request's head says of who sent it, as raw bytes."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._found: dict[bytes, bytes] = {}
        for name, value in headers:
            if name in ASKED:
                # Who says something twice says nothing.
                self._found[name] = b"" if name in self._found else value

    @property
    def signature(self) -> bytes:
        """As it was sent."""
        return self._found.get(SIGNATURE, b"")

    @property
    def timestamp(self) -> bytes:
        """As it was sent."""
        return self._found.get(TIMESTAMP, b"")

    @property
    def size(self) -> int:
        """Bytes that the body may have: those it announces, or as many as there may be."""
        length = self._found.get(LENGTH, b"")
        return int(length) if length.isdigit() and len(length) < 20 else LARGEST

    def refusal(self, now: float) -> Answer | None:
        """Why Slack can't have sent it, as far as its head tells. `now` is in Unix seconds."""
        said = self.timestamp
        # `int` reads more than digits: signs, spaces, underscores.
        if not said.isdigit() or len(said) > LONGEST_TIME or abs(now - int(said)) > WINDOW:
            return BAD_SIGNATURE
        if not self.signature.startswith(PREFIX) or len(self.signature) != len(PREFIX) + 64:
            return BAD_SIGNATURE
        return TOO_LARGE if self.size > LARGEST else None


class Verifier:
    """The signing secrets: one, or two during a rotation."""

    def __init__(self, secrets: Sequence[Secret]) -> None:
        if not secrets or not all(secret.reveal() for secret in secrets):
            raise ValueError("verifying what Slack sends: there is no secret to do it with")
        self._secrets = [secret.reveal().encode() for secret in secrets]

    def macs(self, head: Head) -> list[hmac.HMAC]:
        """One for each secret, to be fed with the body."""
        begin = b"v0:" + head.timestamp + b":"
        return [hmac.new(secret, begin, hashlib.sha256) for secret in self._secrets]


def fitting(head: Head, macs: Sequence[hmac.HMAC]) -> int | None:
    """Which secret signed it; None: no one of ours."""
    # Each secret is tried, so that time doesn't tell which one fits.
    fits = [hmac.compare_digest(head.signature, PREFIX + mac.hexdigest().encode()) for mac in macs]
    return fits.index(True) if any(fits) else None
