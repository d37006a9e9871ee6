"""The dashboard: projects with what serves in them, and all that runs, waits or went live last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.pages.living import Living, living
from bot.pages.readers import Readable
from bot.pages.tones import WAIT, build_tone, deploy_label, deploy_tone
from engine.domain.build import STAGE_LABELS, BuildState, version_name
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release
from engine.forge.port import RepositoryRef
from engine.store import releases as release_store
from engine.store.deploy_schema import environments, releases
from engine.store.schema import builds, previews, repositories

#: Repositories that are shown, those with something in them first: GitHub is asked about each once a minute.
MOST = 40
#: Rows of what is under way, and of what ended last.
UNDER_WAY, RECENT = 50, 8


@dataclass(frozen=True)
class Project:
    """One repository, with what lives in it."""

    repository: RepositoryRef
    environments: tuple[Living, ...]
    #: True where whoever looks may deploy it.
    may_write: bool
    #: Previews that aren't removed.
    previews: int


@dataclass(frozen=True)
class UnderWay:
    """One thing that runs or waits."""

    label: str
    tone: str
    what: str
    #: Path of its page.
    address: str
    message: str
    who: str
    #: Unix seconds.
    since: float


@dataclass(frozen=True)
class Ended:
    """A release that is over."""

    full_name: str
    environment: str
    release: Release


@dataclass(frozen=True)
class Board:
    """What one person may see, and the repositories of which nobody could tell."""

    projects: tuple[Project, ...]
    #: Oldest first: in the order in which they were asked for.
    under_way: tuple[UnderWay, ...]
    recent: tuple[Ended, ...]
    unclear: tuple[str, ...]


def board(connection: Connection, covered: Sequence[RepositoryRef], may: Readable) -> Board:
    """The dashboard at this moment, of somebody who may read `may` of `covered`."""
    shown = [each for each in covered if each.id in may.roles]
    names = {each.id: each.full_name for each in shown}
    counts, lives = _previews(connection, names), living(connection, list(names))
    under_way = [*_deploys(connection, names), *_builds(connection, names)]
    return Board(
        projects=tuple(
            Project(each, lives.get(each.id, ()), may.roles[each.id] >= Role.WRITE, counts.get(each.id, 0))
            for each in shown
        ),
        under_way=tuple(sorted(under_way, key=lambda each: each.since)),
        recent=tuple(_recent(connection, names)),
        unclear=may.unclear,
    )


def list_projects(connection: Connection, find: str = "") -> list[RepositoryRef]:
    """Repositories that the GitHub App covers, whoever may see them: those with something in them first.

    With `find`, those that have it in their name.
    """
    named = repositories.c.full_name.icontains(find, autoescape=True)
    live = select(environments.c.id).where(environments.c.repository_id == repositories.c.id).exists()
    seen = select(previews.c.id).where(previews.c.repository_id == repositories.c.id).exists()
    rows = connection.execute(
        select(repositories.c.installation_id, repositories.c.id, repositories.c.full_name)
        .where(repositories.c.removed_at.is_(None), named)
        .order_by(live.desc(), seen.desc(), repositories.c.full_name)
        .limit(MOST)
    )
    return [RepositoryRef(*row) for row in rows]


def _previews(connection: Connection, names: dict[int, str]) -> dict[int, int]:
    counted = (
        select(previews.c.repository_id, func.count())
        .where(previews.c.repository_id.in_(list(names)), previews.c.life != "removed")
        .group_by(previews.c.repository_id)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def _deploys(connection: Connection, names: dict[int, str]) -> list[UnderWay]:
    over = [state.value for state in DeployState if state.terminal]
    rows = connection.execute(
        select(releases.c.id, environments.c.name, environments.c.repository_id)
        .join(environments, environments.c.id == releases.c.environment_id)
        .where(environments.c.repository_id.in_(list(names)), releases.c.state.not_in(over))
        .order_by(releases.c.created_at)
        .limit(UNDER_WAY)
    )
    found = [(release_store.by_id(connection, row.id), row.name, names[row.repository_id]) for row in rows]
    return [_as_deploy(release, where, name) for release, where, name in found if release is not None]


def _as_deploy(release: Release, environment: str, full_name: str) -> UnderWay:
    return UnderWay(
        label=deploy_label(release),
        tone=deploy_tone(release),
        what=f"{full_name} · {environment} {release.name}",
        address=f"/deploys/{release.id}",
        message=release.status_message,
        who=release.requested_by,
        since=release.created_at,
    )


def _builds(connection: Connection, names: dict[int, str]) -> list[UnderWay]:
    over = [state.value for state in BuildState if state.terminal]
    rows = connection.execute(
        select(builds, previews.c.number.label("pull_request"))
        .join(previews, previews.c.id == builds.c.preview_id)
        .where(builds.c.repository_id.in_(list(names)), builds.c.state.not_in(over))
        .order_by(builds.c.created_at)
        .limit(UNDER_WAY)
    )
    return [
        UnderWay(
            label="Waiting" if build_tone(BuildState(row.state)) == WAIT else STAGE_LABELS[BuildState(row.state)],
            tone=build_tone(BuildState(row.state)),
            what=f"{names[row.repository_id]} · preview of #{row.pull_request}",
            address=f"/jobs/{row.id}",
            message=f"{version_name(row.number)}, commit {row.sha[:7]}",
            who=row.requested_by,
            since=row.created_at,
        )
        for row in rows
    ]


def _recent(connection: Connection, names: dict[int, str]) -> list[Ended]:
    rows = connection.execute(
        select(releases.c.id, environments.c.name, environments.c.repository_id)
        .join(environments, environments.c.id == releases.c.environment_id)
        .where(environments.c.repository_id.in_(list(names)), releases.c.finished_at.is_not(None))
        .order_by(releases.c.finished_at.desc())
        .limit(RECENT)
    )
    found = [(names[row.repository_id], row.name, release_store.by_id(connection, row.id)) for row in rows]
    return [Ended(name, where, release) for name, where, release in found if release is not None]
