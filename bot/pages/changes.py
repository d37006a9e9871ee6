"""What a deploy changed against the release before it: commits and files by GitHub's word, variables by their names."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.deploy_view import before
from bot.pages.deploy_visit import DeployVisit, visit_release
from bot.pages.problems import wants_page
from bot.pages.reception import Reception
from engine.domain.release import Release
from engine.errors import OutsideError
from engine.forge.commits import Comparison

#: Commits and files that are shown; GitHub shows the rest.
MOST = 50


@dataclass(frozen=True)
class Changes:
    """Against `since`; None for what nobody can tell."""

    since: Release | None
    comparison: Comparison | None
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ChangesPage:
    """`/deploys/{release id}/changes`: a page, and for scripts a part of one."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [Route("/deploys/{release_id}/changes", self.page)]

    def page(self, request: Request) -> Response:
        """What changed."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request) if wants_page(request) else self.reception.signed_out()
        found = visit_release(self.reception, request, session)
        if isinstance(found, Response):
            return found
        values = {"visit": found, "changes": self._changes(found), "most": MOST}
        name = "changes.html" if wants_page(request) else "change_list.html"
        return self.reception.page(name, session=session, **values)

    def _changes(self, found: DeployVisit) -> Changes:
        release = found.release
        with self.reception.database.read() as connection:
            since = before(connection, release)
            versions = (since.variables_version if since else 0), release.variables_version
            keys = self.reception.variables.changed(connection, release.environment_id, *versions)
        return Changes(since, self._compared(found, since), keys)

    def _compared(self, found: DeployVisit, since: Release | None) -> Comparison | None:
        if since is None:
            return None
        try:
            return self.reception.commits.compare(found.project.repository.ref, since.sha, found.release.sha)
        except OutsideError:
            return None
