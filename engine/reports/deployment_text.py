"""Deployments in the shapes of GitHub's API, of releases and of previews. Pure: a view comes in, a value goes out.

A release is one deployment. A preview is one per commit that was built, all in one environment of its pull request's
own: in a shared one each new preview would seem to take the place of all others.
"""

from dataclasses import dataclass, replace

from engine.domain.build import STAGE_LABELS, Build, BuildState
from engine.domain.preview import Preview
from engine.domain.release import DEPLOY_LABELS, DeployState, Release, Waiting
from engine.reports.escape import STATUS_LIMIT, plain
from engine.reports.links import Links
from engine.reports.preview_view import PreviewView
from engine.reports.release_view import ReleaseView
from engine.store.repositories import StoredRepository

QUEUED, PENDING, IN_PROGRESS = "queued", "pending", "in_progress"
SUCCESS, FAILURE, ERROR, INACTIVE = "success", "failure", "error", "inactive"

#: What an end of a release is called at GitHub while nothing took its place.
STATES: dict[DeployState, str] = {
    DeployState.PENDING: QUEUED,
    DeployState.SECURITY_SCANNING: IN_PROGRESS,
    DeployState.BUILDING: IN_PROGRESS,
    DeployState.DEPLOYING: IN_PROGRESS,
    DeployState.ROLLING_BACK: IN_PROGRESS,
    DeployState.DEPLOYED: SUCCESS,
    DeployState.SECURITY_FAILED: FAILURE,
    DeployState.FAILED: FAILURE,
    DeployState.ROLLED_BACK: FAILURE,
    DeployState.CANCELLED: INACTIVE,
}
#: The same of a build. One that waits for its worker counts as begun: each status is a creation, and GitHub allows
#: 80 a minute.
BUILD_STATES: dict[BuildState, str] = {
    BuildState.READY: SUCCESS,
    BuildState.FAILED: FAILURE,
    BuildState.CANCELLED: INACTIVE,
    BuildState.SUPERSEDED: INACTIVE,
}
#: What a release waits for in line; everything else it waits for must be opened or come.
IN_LINE = frozenset({Waiting.NOTHING, Waiting.TURN, Waiting.LOCK})
#: Environments that end users use, by the names that people give them.
PRODUCTION = frozenset({"production", "prod", "live"})
#: Causes that are Slipway's own or its surroundings', not the application's.
OUR_CAUSES = frozenset({"denied", "gave_up", "lost", "no_bundle", "target_unavailable", "unreachable"})


@dataclass(frozen=True)
class Status:
    """What a deployment's newest status should be."""

    state: str
    description: str
    log_url: str = ""
    environment_url: str = ""
    #: True: GitHub ends the successes before it in the same environment (not in production ones: those we end).
    auto_inactive: bool = False


@dataclass(frozen=True)
class Deployment:
    """One deployment of a commit to an environment."""

    #: Names it in what the reporter notes, and in its payload, by which it is found again.
    key: str
    sha: str
    environment: str
    description: str
    #: True: the environment ends with what it is for.
    transient: bool
    #: True: end users use it.
    production: bool
    status: Status


@dataclass(frozen=True)
class Deployments:
    """The deployments of one subject."""

    repository: StoredRepository
    #: This installation of Slipway, which is in every payload.
    instance: str
    wanted: tuple[Deployment, ...]
    #: The newest status of those that were wanted before and aren't any more.
    ended: Status


def release_deployment_of(view: ReleaseView, links: Links) -> Deployments:
    """The deployment that shows a release."""
    release, name = view.release, view.environment.name
    deployment = Deployment(
        key=release.id,
        sha=release.sha,
        environment=name,
        description=plain(f"{release.name}, asked for by {release.requested_by or 'nobody'}", STATUS_LIMIT),
        transient=False,
        production=name in PRODUCTION,
        status=_status_of_release(view, links),
    )
    return Deployments(view.repository, view.instance, (deployment,), Status(INACTIVE, "Ended"))


def preview_deployments_of(view: PreviewView, links: Links) -> Deployments:
    """The deployments of a pull request's preview: of the newest commit, and of the one that still answers."""
    preview, wanted = view.preview, []
    if preview.life == "open":
        wanted = [_of_build(preview, build, _status_of_build(preview, build, links)) for build in view.shown]
    said = {"stopped": "Preview stopped", "removed": "Preview removed"}.get(preview.life, "A newer commit answers")
    return Deployments(view.repository, view.instance, tuple(wanted), Status(INACTIVE, said))


def _status_of_release(view: ReleaseView, links: Links) -> Status:
    release = view.release
    status = Status(_state_of_release(view), plain(_said_of_release(view), STATUS_LIMIT), links.release(release.id))
    if status.state != SUCCESS:
        return status
    return replace(status, environment_url=links.environment(view.environment.label), auto_inactive=True)


def _state_of_release(view: ReleaseView) -> str:
    release = view.release
    if release.state is DeployState.PENDING:
        return QUEUED if release.waiting in IN_LINE else PENDING
    if view.served and not view.serves:
        return INACTIVE
    if view.down:
        return FAILURE
    if release.state is DeployState.FAILED and release.cause_code in OUR_CAUSES:
        return ERROR
    return STATES[release.state]


def _said_of_release(view: ReleaseView) -> str:
    release = view.release
    if view.served and not view.serves:
        return f"{release.name} served until {view.successor.name}" if view.successor else f"{release.name} has ended"
    if view.down:
        return f"{release.name}: Down: {view.environment.death}"
    if release.state is DeployState.PENDING:
        return f"{release.name}: {release.status_message or 'waiting'}"
    if release.cause:
        return f"{release.name}: {DEPLOY_LABELS[release.state]}: {release.cause}"
    return f"{release.name}: {_word(release)}"


def _word(release: Release) -> str:
    return release.status_message if release.state is DeployState.CANCELLED else DEPLOY_LABELS[release.state]


def _of_build(preview: Preview, build: Build, status: Status) -> Deployment:
    return Deployment(
        key=f"{preview.id}:{build.sha}",
        sha=build.sha,
        environment=f"preview/pr-{preview.number}",
        description=f"Preview of pull request {preview.number}",
        transient=True,
        production=False,
        status=status,
    )


def _status_of_build(preview: Preview, build: Build, links: Links) -> Status:
    state = BUILD_STATES.get(build.state, IN_PROGRESS)
    log = links.job(build.id)
    if state == SUCCESS and preview.serving_build_id == build.id:
        return Status(SUCCESS, "Preview ready", log, links.preview(preview.label))
    if state == SUCCESS:
        return _status_of_the_dead(preview, log)
    if state == FAILURE:
        return Status(FAILURE, plain(f"Failed: {build.cause or build.status_message}", STATUS_LIMIT), log)
    return Status(state, "Being built" if state == IN_PROGRESS else STAGE_LABELS[build.state], log)


def _status_of_the_dead(preview: Preview, log: str) -> Status:
    """Of a build that was ready once, and on whose link nothing answers now."""
    if preview.down:
        return Status(FAILURE, plain(f"Down: {preview.death}", STATUS_LIMIT), log)
    return Status(INACTIVE, "Nothing answers any more", log)
