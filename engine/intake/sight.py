"""What somebody could know of when they asked, and whether people have asked before."""

from sqlalchemy import Connection, func, select

from engine.domain.build import Build
from engine.domain.preview import Preview
from engine.store import asks, builds, pull_requests
from engine.store.history_schema import asks as ask_rows
from engine.store.history_schema import timeline
from engine.store.schema import builds as build_rows

ENDS = ("preview_stopped", "preview_removed")


def seen_by(connection: Connection, preview: Preview, moment: float) -> Build | None:
    """The newest build whose cause (a push, a command) we had received by `moment`, in Unix seconds."""
    for build in builds.of_preview(connection, preview.id):
        if _caused_at(connection, preview, build) <= moment:
            return build
    return None


def _caused_at(connection: Connection, preview: Preview, build: Build) -> float:
    """When what led to the build was received: a worker may have come to it later."""
    if build.ask:
        ask = asks.by_delivery(connection, build.ask)
        return min(build.created_at, ask.created_at if ask is not None else build.created_at)
    head = pull_requests.head_received_at(connection, preview.repository_id, preview.number, build.sha)
    return min(build.created_at, build.created_at if head is None else head)


def was_asked_for(connection: Connection, preview: Preview) -> bool:
    """True when a person has asked for a build of the preview since it ended last."""
    ended = select(func.max(timeline.c.at)).where(timeline.c.subject == preview.id, timeline.c.kind.in_(ENDS))
    since = connection.execute(ended).scalar_one_or_none() or 0.0
    # A build whose own history is gone is of a life that ended long ago: so is the note of that end.
    told_of = select(timeline.c.id).where(timeline.c.subject == build_rows.c.id).exists()
    # What was lost and built again carries a mark of ours, which is nobody's wish.
    by_person = select(ask_rows.c.delivery).where(ask_rows.c.delivery == build_rows.c.ask).exists()
    asked = select(build_rows.c.id).where(
        build_rows.c.preview_id == preview.id, build_rows.c.created_at >= since, told_of, by_person
    )
    return connection.execute(asked.limit(1)).first() is not None
