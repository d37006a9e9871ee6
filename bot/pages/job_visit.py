"""Who looks at a build: somebody who is signed in and may read its repository."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.pages import project_visit
from bot.pages.reception import Reception
from engine.access.sessions import Session
from engine.domain.build import Build
from engine.domain.permission import Role
from engine.store import builds, repositories


@dataclass(frozen=True)
class Visit:
    """Somebody at a build that they may read about."""

    session: Session
    build: Build
    role: Role


def visit(reception: Reception, request: Request, session: Session) -> Visit | Response:
    """The visit, or the page that answers instead; what is somebody else's is not there."""
    with reception.database.read() as connection:
        build = builds.by_id(connection, request.path_params["build_id"])
        repository = repositories.by_id(connection, build.repository_id) if build else None
    if build is None:
        return reception.missing(session)
    project = project_visit.visit(reception, repository, session)
    return project if isinstance(project, Response) else Visit(session, build, project.role)
