"""A request as bolt takes it, read by the door."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest


class VerifiedRequest(AsyncBoltRequest):
    """What the door has read is not read again.

    Bolt takes a form with `payload` anywhere in it, be it in a branch's name, for an interaction, and finds nothing.
    """

    def __init__(
        self, raw: str, fields: dict[str, Any], headers: Mapping[str, list[str]], context: dict[str, Any]
    ) -> None:
        # In Socket Mode a body comes parsed; in all else this request is one by HTTP, whose signature bolt looks at.
        super().__init__(body=fields, headers=dict(headers), context=context, mode="socket_mode")
        self.raw_body = raw
        self.mode = "http"

    def to_copyable(self) -> "VerifiedRequest":
        """The request of a lazy function: with a context of its own."""
        kept = {name: value for name, value in self.context.items() if name not in NOT_COPIED}
        return VerifiedRequest(
            self.raw_body, self.body, {name: list(told) for name, told in self.headers.items()}, kept
        )

    def __deepcopy__(self, _memo: dict[int, Any]) -> "VerifiedRequest":
        """Copied by `to_copyable` already; the client's session can't be copied, and needn't."""
        return self


NOT_COPIED = frozenset(AsyncBoltContext.non_copyable_standard_property_names)
