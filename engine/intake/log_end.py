"""The end of a log that somebody wants to read in a comment."""

from sqlalchemy import Connection

from engine.commands.parse import Command, Parsed
from engine.domain.build import BuildState
from engine.planner.known import LogEnd
from engine.store import builds, previews, stage_log

#: Lines that an answer shows at most.
LINES = 60


def read_log(connection: Connection, repository_id: int, number: int, parsed: Parsed) -> LogEnd | None:
    """The end of the log of the pull request's newest build; None when nothing was ever built."""
    preview = previews.by_pull_request(connection, repository_id, number)
    build = builds.newest(connection, preview) if preview is not None else None
    if build is None:
        return None
    stage = BuildState(parsed.given[0]) if isinstance(parsed, Command) and parsed.given else None
    lines, total = stage_log.end_of(connection, build.id, stage, LINES)
    return LogEnd(build, lines, total)
