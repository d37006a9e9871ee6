"""What is known of the newest build of a commit that is over, read from its row and its timeline."""

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import Connection, select

from engine.domain.build import BuildState
from engine.readiness.facts import BuildFacts
from engine.store import timeline
from engine.store.schema import builds, previews
from engine.store.timeline import Moment

#: A build that was ended by somebody says nothing about its commit.
TELLING = (BuildState.READY, BuildState.FAILED)
STATES = frozenset(BuildState)
STAGES = (
    BuildState.SOURCE,
    BuildState.DEPENDENCIES,
    BuildState.BUILD,
    BuildState.CHECKS,
    BuildState.LAUNCHING,
)


def newest_build(connection: Connection, repository_id: int, number: int, sha: str) -> BuildFacts | None:
    """Of the pull request `number`; 0: of whichever pull request has built that commit. None: nobody has."""
    mine = [builds.c.repository_id == repository_id, builds.c.sha == sha, builds.c.state.in_(TELLING)]
    if number:
        mine.append(previews.c.number == number)
    found = (
        select(builds.c.id, builds.c.state, builds.c.cause_code, builds.c.cause)
        .join(previews, previews.c.id == builds.c.preview_id)
        .where(*mine)
        .order_by(builds.c.finished_at.desc(), builds.c.id)
    )
    row = connection.execute(found.limit(1)).one_or_none()
    if row is None:
        return None
    stages = stages_of(timeline.of(connection, row.id))
    return BuildFacts(id=row.id, state=row.state, cause_code=row.cause_code, cause=row.cause, stages=stages)


def stages_of(moments: Sequence[Moment]) -> tuple[tuple[str, float], ...]:
    """Stage → seconds until the next one began, of the build's last attempt. Pure."""
    told = [moment for moment in moments if moment.kind in STATES]
    pairs = pairwise(told)
    seconds = {each.kind: round(max(0.0, after.at - each.at), 1) for each, after in pairs if each.kind in STAGES}
    return tuple((str(stage), seconds[stage]) for stage in STAGES if stage in seconds)


def differs(known: BuildFacts | None, build: BuildFacts | None) -> bool:
    """True when another build is over by now than the one that was looked at."""
    return (known.id if known else "") != (build.id if build else "")
