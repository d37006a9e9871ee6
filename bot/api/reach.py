"""How far a caller reaches: which repositories they may read or write. What they may not read isn't there."""

from dataclasses import dataclass

from starlette.requests import Request

from bot.api.allowance import Allowance
from bot.api.caller import Caller, caller_of
from bot.api.problem import NOT_FOUND, Problem, Refused
from bot.signin.deps import Deps
from engine.domain.event import Repository
from engine.domain.permission import Role
from engine.errors import Denied, Gone, OutsideError
from engine.forge.port import RepositoryRef
from engine.reasons import REMEDY, Reason
from engine.store import repositories
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class Found:
    """A repository that somebody may read."""

    ref: RepositoryRef
    default_branch: str
    #: As GitHub told it just now, for one that no delivery has named yet; None: it is stored.
    news: Repository | None = None


@dataclass(frozen=True)
class Reach:
    """Asks for permission, at GitHub where it isn't known."""

    deps: Deps
    allowance: Allowance

    def caller(self, request: Request) -> Caller:
        """Who calls. Raises Refused."""
        return caller_of(request, self.deps, self.allowance)

    def repository(self, caller: Caller, name: str, least: Role = Role.READ) -> Found:
        """The repository of that full name, when the caller has `least` on it. Raises Refused."""
        with self.deps.database.read() as connection:
            stored = repositories.by_full_name(connection, name)
        found = found_of(stored) if stored is not None and stored.covered else self._ask_for(name)
        self.require(caller, found.ref, least)
        return found

    def stored(self, caller: Caller, repository_id: int, least: Role = Role.READ) -> Found:
        """The repository of that id, as `repository`."""
        with self.deps.database.read() as connection:
            known = repositories.by_id(connection, repository_id)
        if known is None or not known.covered:
            raise Refused(NOT_FOUND)
        found = found_of(known)
        self.require(caller, found.ref, least)
        return found

    def require(self, caller: Caller, repository: RepositoryRef, least: Role) -> None:
        """Raises Refused: 404 for whoever may not read it, 403 for whoever has less than `least`."""
        try:
            role = self.deps.permissions.role(repository, caller.login)
        except OutsideError as error:
            raise Refused(away(error)) from error
        if role < Role.READ:
            raise Refused(NOT_FOUND)
        if role < least:
            message = f"This needs {least.name.lower()} permission on {repository.full_name}; {caller.login} has less."
            raise Refused(Problem(403, Reason.NOT_PERMITTED, message, REMEDY[Reason.NOT_PERMITTED]))

    def _ask_for(self, name: str) -> Found:
        """A repository that no delivery has named yet: it is covered if GitHub says so."""
        try:
            installation_id, news = self.deps.find(name)
        except (Gone, Denied) as error:
            raise Refused(NOT_FOUND) from error
        except OutsideError as error:
            raise Refused(away(error)) from error
        return Found(RepositoryRef(installation_id, news.id, news.full_name), news.default_branch, news)


def found_of(stored: StoredRepository) -> Found:
    """What the forge finds a stored repository by, and its default branch."""
    ref = stored.ref
    return Found(ref, stored.default_branch)


def away(error: OutsideError) -> Problem:
    """GitHub must be asked, and doesn't answer."""
    return Problem(503, "unreachable", str(error), "Try again in a minute.", 30)
