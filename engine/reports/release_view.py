"""What reports show of releases and what stands before them, read from SQL at one moment. Pure reads."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateKind
from engine.domain.release import DeployState, Release
from engine.reports.release_marks import FAILURES
from engine.store import environments, gates, meta, releases, repositories, timeline
from engine.store.deploy_schema import releases as rows
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class ReleaseView:
    """All that there is to say about a release."""

    #: This installation of Slipway.
    instance: str
    repository: StoredRepository
    environment: Environment
    release: Release
    #: True once visitors got it, whatever became of it since.
    served: bool
    #: The release that serves in its place; None while none does.
    successor: Release | None
    #: What a person must open before it goes on; None: nothing.
    gate: Gate | None
    #: The page that visitors of its environment get: `serving`, `restarting`, `down`, …
    page: str
    #: Unix seconds: the last thing that happened to it.
    updated_at: float

    @property
    def failed(self) -> bool:
        """True when it ended before it had served, and nobody had wanted that."""
        return self.release.state in FAILURES and not self.served

    @property
    def serves(self) -> bool:
        """True while it is what visitors get, or would get if it hadn't died."""
        current = self.successor is None and bool(self.environment.release_id)
        return self.release.state is DeployState.DEPLOYED and current

    @property
    def down(self) -> bool:
        """True when it died by itself so often that it stays down."""
        return self.serves and self.page == "down"


@dataclass(frozen=True)
class CommitDeploys:
    """How a push's deploys of one commit to one environment went."""

    instance: str
    repository: StoredRepository
    environment: Environment
    sha: str
    #: The newest deploy of the commit that failed.
    failure: ReleaseView
    #: The release that was deployed after it; None: none yet.
    mended_by: Release | None


def release_view(connection: Connection, repository_id: int, release_id: str) -> ReleaseView | None:
    """The release as it stands; None when it isn't one of that repository's."""
    release = releases.by_id(connection, release_id)
    if release is None or release.repository_id != repository_id:
        return None
    return view_of(connection, release)


def view_of(connection: Connection, release: Release) -> ReleaseView | None:
    """The same of a release that was read; None when its repository or environment is unknown."""
    repository = repositories.by_id(connection, release.repository_id)
    environment = environments.by_id(connection, release.environment_id)
    if repository is None or environment is None:
        return None
    moments = timeline.of(connection, release.id)
    return ReleaseView(
        instance=meta.instance(connection),
        repository=repository,
        environment=environment,
        release=release,
        served=any(moment.kind == DeployState.DEPLOYED for moment in moments),
        successor=_successor(connection, release),
        gate=gates.newest_of(connection, GateKind.DEPLOY, release.id),
        page=environments.page_of(connection, environment),
        updated_at=max([release.created_at, *(moment.at for moment in moments)]),
    )


def pull_request_deploys(connection: Connection, repository_id: int, number: int) -> tuple[ReleaseView, ...]:
    """The newest release of each environment that the pull request was deployed to, by the environment's name."""
    newest: dict[str, Release] = {}
    for release in releases.of_pull_request(connection, repository_id, number):
        known = newest.get(release.environment_id)
        if known is None or known.number < release.number:
            newest[release.environment_id] = release
    views = [view for release in newest.values() if (view := view_of(connection, release)) is not None]
    return tuple(sorted(views, key=lambda view: view.environment.name))


def commit_deploys(connection: Connection, repository_id: int, environment_id: str, sha: str) -> CommitDeploys | None:
    """What the commit's comment tells; None when no push's deploy of it failed without a pull request to tell of it."""
    mine = select(rows.c.id).where(
        rows.c.repository_id == repository_id, rows.c.environment_id == environment_id, rows.c.sha == sha
    )
    ids = connection.execute(mine.order_by(rows.c.number.desc())).scalars().all()
    views = [view for each in ids if (view := release_view(connection, repository_id, each)) is not None]
    failures = [view for view in views if view.failed and not view.release.number_of_pull_request]
    if not any(view.release.automatic for view in failures):
        return None
    failure = failures[0]
    return CommitDeploys(
        instance=failure.instance,
        repository=failure.repository,
        environment=failure.environment,
        sha=sha,
        failure=failure,
        mended_by=_deployed_after(connection, failure.release),
    )


def _successor(connection: Connection, release: Release) -> Release | None:
    """The release that was deployed last, if that was after this one. What it never took is no successor of it."""
    if release.finished_at is None:
        return None
    later = or_(
        rows.c.finished_at > release.finished_at,
        and_(rows.c.finished_at == release.finished_at, rows.c.number > release.number),
    )
    deployed = rows.c.environment_id == release.environment_id, rows.c.state == DeployState.DEPLOYED
    newest = select(rows.c.id).where(*deployed, later).order_by(rows.c.finished_at.desc(), rows.c.number.desc())
    found = connection.execute(newest.limit(1)).scalar_one_or_none()
    return None if found is None else releases.by_id(connection, found)


def _deployed_after(connection: Connection, release: Release) -> Release | None:
    """The first release of the environment that was deployed after this one, of this commit before another's."""
    deployed = (
        rows.c.environment_id == release.environment_id,
        rows.c.number > release.number,
        rows.c.state.in_([DeployState.DEPLOYED, DeployState.ROLLED_BACK]),
    )
    first = select(rows.c.id).where(*deployed).order_by((rows.c.sha == release.sha).desc(), rows.c.number)
    for each in connection.execute(first).scalars():
        if any(moment.kind == DeployState.DEPLOYED for moment in timeline.of(connection, each)):
            return releases.by_id(connection, each)
    return None
