"""What a job of an environment is about, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release
from engine.forge.port import RepositoryRef
from engine.project.environments import RunConfig
from engine.settings import Secret, Settings
from engine.source.mirrors import Wanted
from engine.store import environments, meta, releases, repositories, timeline
from engine.store.deploy_schema import releases as rows
from engine.targets.port import Bundle, Place

#: Where an application is asked whether it is well, when `slipway.yml` doesn't say.
USUAL_PATHS = ("/health", "/")
#: Releases that were deployed, whose bundles are kept.
KEPT = 5
#: The word on an environment's timeline for its end: nothing from before it is gone back to.
RETIRED = "retired"


@dataclass(frozen=True)
class Stored:
    """A release with what it is made of, but for its values."""

    release: Release
    #: JSON of its plan; empty: it was never built.
    plan: str

    @property
    def config(self) -> RunConfig:
        """What runs."""
        return RunConfig.from_json(self.release.configuration)

    @property
    def wanted(self) -> Wanted:
        """Its commit, and where it was found."""
        return Wanted(self.release.repository_id, self.release.sha, (self.release.ref,) if self.release.ref else ())

    def bundle(self, settings: Settings, variables: Mapping[str, Secret] = MappingProxyType({})) -> Bundle:
        """As a target takes it; without its values it can be looked for, not started."""
        config = self.config
        return Bundle(
            release_id=self.release.id,
            artifact=self.release.artifact,
            plan=self.plan,
            health_paths=(config.health_check_path,) if config.health_check_path else USUAL_PATHS,
            startup_timeout=config.startup_timeout or settings.startup_timeout,
            port=config.port,
            variables=variables,
        )


@dataclass(frozen=True)
class Scene:
    """A release, its environment, and what serves there when it doesn't."""

    environment: Environment
    stored: Stored
    #: What served before, or still does; None: nothing ever did.
    previous: Stored | None
    repository: RepositoryRef
    #: The id of this Slipway.
    instance: str
    #: Artifact → plan of the bundles that a rollback may ask for.
    kept: dict[str, str]
    #: Releases that served, other than this: they may still be answering their last requests.
    served: frozenset[str]

    @property
    def release(self) -> Release:
        """The release."""
        return self.stored.release

    @property
    def switched(self) -> bool:
        """True when visitors were sent to it."""
        return self.environment.release_id == self.release.id

    def place(self, settings: Settings) -> Place:
        """Where it lives."""
        return Place(self.environment, self.instance, urlsplit(settings.release_url(self.environment.label)).netloc)

    def at(self, environment: Environment) -> "Scene":
        """The same, with the environment as it is now."""
        return replace(self, environment=environment)


def read_scene(connection: Connection, release_id: str) -> Scene | None:
    """The scene of a release; None when it or its repository is no longer known."""
    release = releases.by_id(connection, release_id)
    environment = environments.by_id(connection, release.environment_id) if release else None
    repository = repositories.by_id(connection, release.repository_id) if release else None
    if release is None or environment is None or repository is None:
        return None
    before = _before(connection, environment, release)
    return Scene(
        environment=environment,
        stored=_stored(connection, release),
        previous=_stored(connection, before) if before else None,
        repository=repository.ref,
        instance=meta.instance(connection),
        kept=_kept(connection, environment),
        served=_served(connection, environment) - {release.id},
    )


def _stored(connection: Connection, release: Release) -> Stored:
    return Stored(release, releases.plan_of(connection, release.id))


def _before(connection: Connection, environment: Environment, release: Release) -> Release | None:
    """What serves; when that is the release itself, what was deployed last before it."""
    if environment.release_id not in ("", release.id):
        return releases.by_id(connection, environment.release_id)
    deployed = rows.c.environment_id == environment.id, rows.c.state == DeployState.DEPLOYED, rows.c.id != release.id
    ends = [moment.at for moment in timeline.of(connection, environment.id) if moment.kind == RETIRED]
    since = rows.c.finished_at > max(ends, default=0.0)
    last = select(rows.c.id).where(*deployed, since).order_by(rows.c.finished_at.desc(), rows.c.number.desc()).limit(1)
    found = connection.execute(last).scalar_one_or_none()
    return releases.by_id(connection, found) if found and environment.release_id == release.id else None


def _kept(connection: Connection, environment: Environment) -> dict[str, str]:
    """Of the newest that were deployed, and of what serves."""
    served = DeployState.DEPLOYED, DeployState.ROLLED_BACK
    # One that was taken back before it was said to be deployed has a cause.
    good = rows.c.environment_id == environment.id, rows.c.state.in_(served), rows.c.cause_code == ""
    newest = select(rows.c.artifact, rows.c.plan).where(*good).order_by(rows.c.finished_at.desc())
    kept: dict[str, str] = {}
    for row in connection.execute(newest.limit(10 * KEPT)):
        if len(kept) < KEPT:
            kept.setdefault(row.artifact, row.plan)
    if environment.release_id:
        serving = select(rows.c.artifact, rows.c.plan).where(rows.c.id == environment.release_id)
        kept.update(tuple(row) for row in connection.execute(serving))
    return kept


def _served(connection: Connection, environment: Environment) -> frozenset[str]:
    """The newest that visitors were sent to."""
    states = DeployState.DEPLOYED, DeployState.ROLLED_BACK
    mine = rows.c.environment_id == environment.id, rows.c.state.in_(states)
    newest = select(rows.c.id).where(*mine).order_by(rows.c.finished_at.desc()).limit(KEPT)
    return frozenset(connection.execute(newest).scalars())
