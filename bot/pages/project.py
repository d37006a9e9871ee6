"""The page of a project: its environments, each with what is live, what comes next and what is in the way."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages import stream
from bot.pages.forms import TICKET
from bot.pages.project_forms import ProjectForms
from bot.pages.project_visit import ProjectVisit, visit_for_script, visit_named
from bot.pages.reception import Reception
from bot.pages.standing import of_repository
from bot.pages.stream import Live, Look

#: Seconds between two looks when nothing is heard: times go on, and permission may end.
EVERY = 5.0


@dataclass(frozen=True)
class ProjectPage:
    """`/projects/{owner}/{name}`, its part, and the stream of it."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/projects/{owner}/{name}", self.page),
            Route("/projects/{owner}/{name}/environments", self.part),
            Route("/projects/{owner}/{name}/live", self.live),
            *ProjectForms(self.reception).routes(),
        ]

    def page(self, request: Request) -> Response:
        """The whole page; strangers are asked to sign in first."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        found = visit_named(self.reception, request, session)
        if isinstance(found, Response):
            return found
        return self.reception.page("project.html", session=session, **self._values(found, secrets.token_urlsafe(12)))

    def part(self, request: Request) -> Response:
        """The environments alone."""
        found = visit_for_script(self.reception, request)
        if isinstance(found, Response):
            return found
        return self.reception.page("environments.html", **self._values(found, ticket_of(request)))

    def live(self, request: Request) -> Response:
        """The environments, whenever they change."""
        found = visit_for_script(self.reception, request)
        if isinstance(found, Response):
            return found
        return stream.answer(self.reception, request, found.session.login, Live(lambda _: self._look(request), EVERY))

    def _look(self, request: Request) -> Look | None:
        found = visit_for_script(self.reception, request)
        if isinstance(found, Response):
            return None
        html = self.reception.part("environments.html", **self._values(found, ticket_of(request)))
        return Look({"environments": html})

    def _values(self, found: ProjectVisit, ticket: str) -> dict[str, object]:
        intervals, kept = self.reception.settings.intervals, self.reception.variables
        with self.reception.database.read() as connection:
            standings = of_repository(connection, found.repository.id, intervals)
            shown = {each.environment.id: kept.listing(connection, each.environment.id) for each in standings}
        return {"project": found, "standings": standings, "variables": shown, "ticket": ticket}


def ticket_of(request: Request) -> str:
    """The ticket of the page whose part this is, so that the part looks as it did there."""
    said = request.query_params.get("ticket", "")
    return said if TICKET.fullmatch(said) else ""
