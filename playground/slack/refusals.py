"""What the Web API doesn't do, in Slack's words."""

from collections.abc import Sequence


class NotOk(Exception):
    """A call is refused: `ok` is false, and this is its `error`."""

    def __init__(self, error: str, messages: Sequence[str] = (), **more: str) -> None:
        super().__init__(error)
        self.error = error
        #: What Slack tells beside the word, each in one sentence.
        self.messages = tuple(messages)
        self.more = more


class TooMany(NotOk):
    """The same call may be made again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds
