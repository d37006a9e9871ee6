"""Who looks at a project: somebody who is signed in and may read its repository."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.pages.reception import Reception
from engine.access.sessions import Session
from engine.deploy.asks import Action, DeployAsk
from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.store import repositories
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class ProjectVisit:
    """Somebody at a project that they may read about."""

    session: Session
    repository: StoredRepository
    role: Role

    def ask(self, action: Action, ask: str, environment: str) -> DeployAsk:
        """What they want of one of its environments, as far as every form has it; `ask` is the form's own id."""
        return DeployAsk(
            action=action,
            repository=self.repository.ref,
            default_branch=self.repository.default_branch,
            login=self.session.login,
            door="page",
            ask=ask,
            environment=environment,
        )

    @property
    def may_write(self) -> bool:
        """True for whoever is shown forms; the desk decides about each ask anew."""
        return self.role >= Role.WRITE


def visit_named(reception: Reception, request: Request, session: Session) -> ProjectVisit | Response:
    """The visit of `/projects/{owner}/{name}/…`, or the page that answers instead."""
    name = f"{request.path_params['owner']}/{request.path_params['name']}"
    with reception.database.read() as connection:
        repository = repositories.by_full_name(connection, name)
    return visit(reception, repository, session)


def visit_for_script(reception: Reception, request: Request) -> ProjectVisit | Response:
    """The same for what a page asks for by itself, which is told in a word that nobody is signed in."""
    session = reception.signed_in(request)
    return reception.signed_out() if session is None else visit_named(reception, request, session)


def visit(reception: Reception, repository: StoredRepository | None, session: Session) -> ProjectVisit | Response:
    """The visit, or the page that answers instead; what is somebody else's is not there."""
    if repository is None or not repository.covered:
        return reception.missing(session)
    try:
        role = reception.permissions.role(repository.ref, session.login)
    except OutsideError as error:
        return reception.page("away.html", 503, session=session, why=str(error))
    return ProjectVisit(session, repository, role) if role >= Role.READ else reception.missing(session)
