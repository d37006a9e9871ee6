"""What has to be shown anew when a release changes: its own reports, and those of the releases beside it."""

from sqlalchemy import Connection, and_, select

from engine.domain.release import DeployState, Release
from engine.reports.slack_marks import mark_about
from engine.reports.subjects import mark_comment, mark_commit, mark_deployment, mark_gate
from engine.store import asks
from engine.store.deploy_schema import gates, releases

#: Ends that a push without a pull request tells of on its commit.
FAILURES = frozenset({DeployState.FAILED, DeployState.SECURITY_FAILED, DeployState.ROLLED_BACK})
#: How many releases before it may still be shown as the one that serves, or as one that was never mended.
NEIGHBOURS = 10


def mark_release(connection: Connection, release: Release) -> None:
    """Everything outside that shows the release, or that it changes, should show the state of now."""
    where = {"installation_id": release.installation_id, "repository_id": release.repository_id}
    mark_deployment(connection, **where, subject=release.id)
    mark_about(connection, release.repository_id, release.id)
    for gate_id in connection.execute(select(gates.c.id).where(gates.c.subject == release.id)).scalars():
        mark_gate(connection, **where, gate_id=gate_id)
    for number in sorted({release.number_of_pull_request, *asks.numbers_following(connection, release.id)} - {0}):
        mark_comment(connection, **where, number=number)
    # Those that were asked for where there is no pull request.
    asks.end_with_releases(connection, release.repository_id, 0)
    if not release.number_of_pull_request and release.state in FAILURES:
        mark_commit(connection, **where, environment_id=release.environment_id, sha=release.sha)
    if release.state is DeployState.DEPLOYED:
        _mark_those_before(connection, release)


def _mark_those_before(connection: Connection, release: Release) -> None:
    """What served until now serves no more, and what failed before is mended."""
    where = {"installation_id": release.installation_id, "repository_id": release.repository_id}
    before = and_(releases.c.environment_id == release.environment_id, releases.c.id != release.id)
    columns = releases.c.id, releases.c.number_of_pull_request
    left = select(*columns).where(before, releases.c.state == DeployState.DEPLOYED)
    rows = connection.execute(left.order_by(releases.c.finished_at.desc()).limit(NEIGHBOURS)).all()
    # In Slack those before the last have said long ago what took their place.
    for row in rows[:1]:
        mark_about(connection, release.repository_id, row.id)
    for row in rows:
        mark_deployment(connection, **where, subject=row.id)
        if row.number_of_pull_request:
            mark_comment(connection, **where, number=row.number_of_pull_request)
    failed = select(releases.c.sha).where(
        before,
        releases.c.number_of_pull_request == 0,
        releases.c.state.in_([state.value for state in FAILURES]),
    )
    shas = connection.execute(failed.order_by(releases.c.number.desc()).limit(NEIGHBOURS)).scalars().all()
    for sha in dict.fromkeys(shas):
        mark_commit(connection, **where, environment_id=release.environment_id, sha=sha)
