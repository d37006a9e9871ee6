"""A repository that comes to us through another installation than before takes everything along that is ours in it."""

from sqlalchemy import Connection, Table, or_, select, update

from engine.store import generations
from engine.store.access_schema import share_links
from engine.store.deploy_schema import environments, gates, releases
from engine.store.history_schema import asks, skips
from engine.store.jobs import is_live
from engine.store.readiness_schema import fixes, inspections, scans
from engine.store.schema import builds, jobs, outbox, previews, repositories, routes

#: What names both a repository and the installation through which it is reached.
BY_REPOSITORY: tuple[Table, ...] = (
    *(previews, builds, outbox, routes, skips, asks),
    *(environments, releases, gates),
    *(inspections, scans, fixes),
)

#: Marks of a Slack workspace's stay in its lane, below zero, whoever has the repository.
AT_GITHUB = outbox.c.installation_id >= 0


def move(connection: Connection, repository_id: int, installation_id: int) -> None:
    """From this commit on everything of the repository is done with the tokens of that installation."""
    values = {"installation_id": installation_id}
    connection.execute(update(repositories).where(repositories.c.id == repository_id).values(**values))
    for table in BY_REPOSITORY:
        mine = (table.c.repository_id == repository_id, *([AT_GITHUB] if table is outbox else []))
        connection.execute(update(table).where(*mine).values(**values))
    my_previews = select(previews.c.id).where(previews.c.repository_id == repository_id)
    my_builds = select(builds.c.id).where(builds.c.repository_id == repository_id)
    my_environments = select(environments.c.id).where(environments.c.repository_id == repository_id)
    connection.execute(update(share_links).where(share_links.c.preview_id.in_(my_previews)).values(**values))
    my_releases = select(releases.c.id).where(releases.c.repository_id == repository_id)
    my_inspections = select(inspections.c.id).where(inspections.c.repository_id == repository_id)
    my_fixes = select(fixes.c.id).where(fixes.c.repository_id == repository_id)
    subjects = (my_previews, my_builds, my_environments, my_releases, my_inspections, my_fixes)
    about = or_(*(jobs.c.subject.in_(each) for each in subjects))
    connection.execute(update(jobs).where(is_live(jobs), about).values(**values))
    generations.bump(connection, "routes")
    # Should the news have been late, GitHub says which installation it is.
    generations.bump(connection, generations.SWEEP)
