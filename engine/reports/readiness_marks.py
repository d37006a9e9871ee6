"""The marks that an inspection's reports should show the state of now."""

from sqlalchemy import Connection

from engine.domain.inspection import Inspection
from engine.reports.ended_asks import end_asks
from engine.reports.slack_marks import mark_about
from engine.reports.subjects import mark_comment
from engine.store import outbox

READINESS = "github_readiness"


def mark_inspection(connection: Connection, inspection: Inspection) -> None:
    """Its check run, its pull request's comment and its messages in Slack; nothing of one that nobody is told of."""
    if not inspection.reported:
        return
    where = {"installation_id": inspection.installation_id, "repository_id": inspection.repository_id}
    outbox.mark(connection, f"readiness:{inspection.repository_id}:{inspection.id}", READINESS, **where)
    if inspection.number:
        mark_comment(connection, number=inspection.number, **where)
    else:
        # No comment tells of it: whoever asked did so through another door.
        end_asks(connection, inspection.repository_id, inspection.number)
    mark_about(connection, inspection.repository_id, inspection.id)
