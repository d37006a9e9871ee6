"""The front page: what Slipway is, or the previews of the repositories that you may read."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.overview import Overview, list_previews, readable
from bot.pages.reception import Reception
from engine.access.sessions import Session


@dataclass(frozen=True)
class Home:
    """`/`, and the part of it that is refreshed."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [Route("/", self.page), Route("/previews", self.fragment)]

    def page(self, request: Request) -> Response:
        """The whole page."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.page("welcome.html", session=None)
        return self.reception.page("home.html", session=session, overview=self._overview(session))

    def fragment(self, request: Request) -> Response:
        """The list alone."""
        session = self.reception.signed_in(request)
        if session is None:
            return Response(status_code=401)
        return self.reception.page("previews.html", overview=self._overview(session))

    def _overview(self, session: Session) -> Overview:
        with self.reception.database.read() as connection:
            found = list_previews(connection)
        return readable(found, self.reception.permissions, session.login)
