"""The page that says whether a pull request, or the default branch, is ready to ship, and what to do about it."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.badge import Badge, badge_address
from bot.pages import stream
from bot.pages.project import ticket_of
from bot.pages.project_visit import ProjectVisit, visit_for_script, visit_named
from bot.pages.readiness_forms import ReadinessForms, number_of
from bot.pages.readiness_shown import place_address, shown, verdict
from bot.pages.reception import Reception
from bot.pages.stream import Live, Look
from engine.reports.links import Links

#: Seconds between two looks while somebody watches.
EVERY = 2.0
PLACES = ("/projects/{owner}/{name}/readiness", "/projects/{owner}/{name}/pulls/{number:int}/readiness")


@dataclass(frozen=True)
class ReadinessPage:
    """`/projects/{owner}/{name}/readiness` and `…/pulls/{number}/readiness`, their report, and the stream of it."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            *(Route(place, self.page) for place in PLACES),
            *(Route(f"{place}/report", self.part) for place in PLACES),
            *(Route(f"{place}/live", self.live) for place in PLACES),
            *(route for place in PLACES for route in ReadinessForms(self.reception, place).routes()),
            *Badge(self.reception).routes(),
        ]

    def page(self, request: Request) -> Response:
        """The whole page; strangers are asked to sign in first."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        found = visit_named(self.reception, request, session)
        if isinstance(found, Response):
            return found
        values = self._values(request, found, secrets.token_urlsafe(12))
        return self.reception.page("readiness.html", session=session, **values)

    def part(self, request: Request) -> Response:
        """The report alone."""
        found = visit_for_script(self.reception, request)
        if isinstance(found, Response):
            return found
        return self.reception.page("readiness_report.html", **self._values(request, found, ticket_of(request)))

    def live(self, request: Request) -> Response:
        """The report, whenever it changes."""
        found = visit_for_script(self.reception, request)
        if isinstance(found, Response):
            return found
        return stream.answer(self.reception, request, found.session.login, Live(lambda _: self._look(request), EVERY))

    def _look(self, request: Request) -> Look | None:
        found = visit_for_script(self.reception, request)
        if isinstance(found, Response):
            return None
        html = self.reception.part("readiness_report.html", **self._values(request, found, ticket_of(request)))
        return Look({"report": html})

    def _values(self, request: Request, found: ProjectVisit, ticket: str) -> dict[str, object]:
        links = Links(self.reception.settings)
        with self.reception.database.read() as connection:
            ready = shown(connection, found.repository, number_of(request))
        return {
            "project": found,
            "ready": ready,
            "ticket": ticket,
            "verdict": verdict,
            "address": lambda told: place_address(links, ready.report, told),
            "badge": badge_address(self.reception.settings, found.repository),
        }
