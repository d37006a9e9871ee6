"""Who looks at a release: somebody who is signed in and may read its repository."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.pages.project_visit import ProjectVisit, visit
from bot.pages.reception import Reception
from engine.access.sessions import Session
from engine.domain.environment import Environment
from engine.domain.release import Release
from engine.store import environments, releases, repositories


@dataclass(frozen=True)
class DeployVisit:
    """Somebody at a release that they may read about."""

    project: ProjectVisit
    environment: Environment
    release: Release


def visit_release(reception: Reception, request: Request, session: Session) -> DeployVisit | Response:
    """The visit of `/deploys/{release_id}/…`, or the page that answers instead."""
    with reception.database.read() as connection:
        release = releases.by_id(connection, request.path_params["release_id"])
        environment = environments.by_id(connection, release.environment_id) if release else None
        repository = repositories.by_id(connection, environment.repository_id) if environment else None
    if release is None or environment is None:
        return reception.missing(session)
    project = visit(reception, repository, session)
    return project if isinstance(project, Response) else DeployVisit(project, environment, release)
