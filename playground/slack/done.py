"""How something that somebody did went: what the app answered, and what they were shown."""

from dataclasses import dataclass, field
from typing import Any

from playground.slack.signed import Answer
from playground.slack.views import View


@dataclass(frozen=True)
class Done:
    """One thing done by a person."""

    #: What the app answered; nothing: it was never asked.
    answer: Answer | None = None
    #: What Slack itself told the person, in words.
    said: str = ""
    #: block → what is wrong with it, below the fields of a modal.
    errors: dict[str, str] = field(default_factory=dict)
    #: The modal that is there now.
    view: View | None = None
    #: For commands and presses: what the app was given to answer with.
    trigger_id: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    #: Of the event that the app was sent.
    event_id: str | None = None

    def shown(self) -> dict[str, Any]:
        """For scripts; status 0 means that the app didn't answer in time, none that it wasn't asked."""
        answer = self.answer
        return {
            "status": answer.status if answer else None,
            "body": answer.content if answer else None,
            "ms": answer.ms if answer else None,
            "trouble": answer.trouble if answer else "",
            "said": self.said,
            "errors": self.errors,
            "view": self.view.id if self.view else None,
            "trigger_id": self.trigger_id,
            "response_url": self.response_url,
            "event_id": self.event_id,
        }
