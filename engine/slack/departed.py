"""The app was uninstalled from a workspace, or its token revoked: what was entrusted to us there is erased."""

import math

from sqlalchemy import Connection

from engine.slack.asked import DOOR
from engine.slack.events import Departed
from engine.store import audit, slack_workspaces
from engine.store.audit import Entry

WHY = {"app_uninstalled": "the app was uninstalled there", "tokens_revoked": "the app's token was revoked there"}


def leave(connection: Connection, event: Departed, now: float) -> str:
    """Erases it; one short sentence of what was done. Slack brings it twice, late, and in no order."""
    workspace = slack_workspaces.by_team(connection, event.team_id)
    if workspace is None or not workspace.here:
        return "Slipway wasn't installed there any more"
    # Slack tells whole seconds, and nobody installs anew within the one in which they uninstalled.
    if workspace.installed_at >= math.floor(event.at) + 1:
        return "told late: it was installed again since"
    why = WHY.get(event.why, event.why)
    slack_workspaces.leave(connection, workspace, why, now)
    entry = Entry(now, workspace.lane, f"slack:{event.team_id}", DOOR, "leave", f"slack:{event.team_id}", "", "done")
    audit.record(connection, entry)
    return f"{why}: its token and all that belongs to it alone is erased"
