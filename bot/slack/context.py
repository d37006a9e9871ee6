"""What the door hands to bolt's listeners beside Slack's own body.

Listeners only ack, without asking anybody: bolt answers once they return (`process_before_response`). What takes time
is a lazy function, which runs after the answer: `app.command("/slipway", matchers=[…])(ack=…, lazy=[…])`.
"""

from slack_bolt.context.async_context import AsyncBoltContext

from engine.slack.events import SlackEvent
from engine.store.slack_workspaces import Workspace

EVENT, WORKSPACE, SAYS = "slipway_event", "slipway_workspace", "slipway_says"


def event_of(context: AsyncBoltContext) -> SlackEvent:
    """What happened, in our own words (engine.slack.payloads)."""
    event: SlackEvent = context[EVENT]
    return event


def workspace_of(context: AsyncBoltContext) -> Workspace:
    """The workspace that it happened in; it has the app installed."""
    workspace: Workspace = context[WORKSPACE]
    return workspace


def says_of(context: AsyncBoltContext) -> str:
    """What a slash command is answered at once; empty: nothing, or a modal opens."""
    says: str = context.get(SAYS, "")
    return says
